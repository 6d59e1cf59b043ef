//! The `truceline` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    truceline::cli::run(std::env::args_os())
}

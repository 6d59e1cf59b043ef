//! Decodes a file N times and prints rows per second.
//!
//! `cargo run --release -p truceline-intake --example decode_speed -- FILE [N]`

use std::time::Instant;
use truceline_intake::{Context, recognise, unpack};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: decode_speed FILE [N]")?;
    let rounds: u32 = arguments.next().map_or(Ok(10), |n| n.parse())?;
    let packed = std::fs::read(&path)?;
    let start = Instant::now();
    let (bytes, _) = unpack(&path, &packed);
    let unpacking_s = start.elapsed().as_secs_f64();
    let kind = recognise(&path, &bytes).ok_or("no format recognises the file")?;
    let mut context = Context::new(&packed, &path, "source", "owner");
    context.party = Some("A".into());
    let (mut n_records, mut n_problems, mut best_s) = (0_u64, 0, f64::INFINITY);
    for _ in 0..rounds {
        n_records = 0;
        let start = Instant::now();
        n_problems = kind
            .decode(&bytes, &context, &mut |record| {
                std::hint::black_box(&record);
                n_records += 1;
            })
            .total();
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    println!("{}: {n_records} records, {n_problems} problems, {} bytes", kind.name(), bytes.len());
    println!(
        "unpacking {unpacking_s:.4} s; decoding, best of {rounds}: {best_s:.4} s = {:.0} records/s",
        n_records as f64 / best_s
    );
    Ok(())
}

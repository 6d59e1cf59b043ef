//! The annex table: what was written reads back to the same bytes, with commas and with tabs.
#![no_main]

use truceline_intake::smm_annex::AnnexTable;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    truceline_fuzz::same_twice("smm_annex", bytes);
    let (table, _) = AnnexTable::read(bytes, "fuzz");
    for delimiter in [',', '\t'] {
        let written = table.write(delimiter);
        let (again, _) = AnnexTable::read(written.as_bytes(), "fuzz");
        assert_eq!(again.rows.len(), table.rows.len());
        assert_eq!(again.write(delimiter), written);
    }
});

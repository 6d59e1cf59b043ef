//! Which tables count as holding points of origin.

use super::fills_an_origin_column;

#[test]
fn a_filled_cell_of_origins_is_found_whether_or_not_its_row_can_be_read() {
    let head = "modality,phenomenon,from,origin_lat,origin_lon\n";
    let holds = |rows: &str| fills_an_origin_column(format!("{head}{rows}").as_bytes());
    assert!(!holds("radar,impact,2031-02-15T00:00:00Z,,\n"));
    assert!(holds("radar,impact,2031-02-15T00:00:00Z,12.5,-37.0\n"));
    assert!(holds("no modality,,,twelve,\n"), "unreadable rows count");
    assert!(holds("radar,impact\nradar,impact,t,,-37\n"), "short rows hide nothing below them");
    assert!(!fills_an_origin_column(b"modality;from\nradar;2031\n"));
    assert!(fills_an_origin_column(b"# a note\nmodality;ORIGIN_LAT\nradar;12.5"));
}

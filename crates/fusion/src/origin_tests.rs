use super::*;

#[test]
fn hundredths_add_up() {
    assert_eq!(whole_hundredths(&[0.505, 0.495]), [51, 49]);
    assert_eq!(whole_hundredths(&[0.335, 0.335, 0.33]), [34, 33, 33]);
    assert_eq!(whole_hundredths(&[0.2, 0.301]), [20, 30]);
    assert_eq!(whole_hundredths(&[1.0, 1.0]), [50, 50]);
    assert_eq!(whole_hundredths(&[]), Vec::<u32>::new());
}

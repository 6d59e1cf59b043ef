use super::super::message::timestamp;
use super::super::schema::messages::{REGISTRATION, REGISTRATION_CONFIGURATION_DATA, SAPIENT_MESSAGE, STATUS_REPORT};
use super::*;

const NODE: &str = "b182d0b9-f0a7-43ad-a0a7-27d4ebf0169f";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn ids_have_their_form() {
    assert!(is_uuid(NODE));
    for bad in ["", "b182d0b9", "b182d0b9-f0a7-13ad-a0a7-27d4ebf0169f", "b182d0b9-f0a7-43ad-c0a7-27d4ebf0169f"] {
        assert!(!is_uuid(bad), "{bad}");
    }
    assert!(!is_uuid(&NODE.to_uppercase()) && !is_uuid(&NODE.replace('-', "_")));
    assert!(is_ulid("01M7ZQ90WMK5HV05TCBVJ9JG2P"));
    for bad in
        ["", "not-a-ulid", "81M7ZQ90WMK5HV05TCBVJ9JG2P", "01M7ZQ90WMK5HV05TCBVJ9JG2I", "01m7ZQ90WMK5HV05TCBVJ9JG2P"]
    {
        assert!(!is_ulid(bad), "{bad}");
    }
}

#[test]
fn lengths_of_time_read_as_people_write_them() {
    assert_eq!(shown_us(-2_300_000), "-0:00:02.300000");
    assert_eq!(shown_us(-900_000), "-0:00:00.900000");
    assert_eq!(shown_us(3_600_000_000), "1:00:00");
    assert_eq!(shown_us(86_400_000_000), "1 day, 0:00:00");
    assert_eq!(shown_us(-2 * 86_400_000_000 - 1), "-2 days, 0:00:00.000001");
}

#[test]
fn messages_may_be_so_old_and_so_far_ahead() {
    let message = Message::new(&SAPIENT_MESSAGE).with("timestamp", timestamp(at("2031-02-15T06:10:00Z")));
    let fault = |received: &str| age_fault(&message, at(received), AgeLimits::default());
    assert_eq!(fault("2031-02-15T06:10:00.9Z"), None);
    assert_eq!(fault("2031-02-15T06:09:59.9Z"), None);
    assert!(fault("2031-02-15T06:10:00.900001Z").unwrap().ends_with("-0:00:00.900001 < -0:00:00.900000"));
    assert!(fault("2031-02-15T06:09:59.8Z").unwrap().ends_with("0:00:00.200000 > 0:00:00.100000"));
    let patient = AgeLimits { oldest_s: 600.0, ahead_s: 2.0 };
    assert_eq!(age_fault(&message, at("2031-02-15T06:19:00Z"), patient), None);
    assert!(age_fault(&Message::new(&SAPIENT_MESSAGE), at("2031-02-15T06:19:00Z"), patient).is_some());
}

#[test]
fn faults_inside_lists_have_their_number() {
    let config = Message::new(&REGISTRATION_CONFIGURATION_DATA).with("manufacturer", "m");
    let good = config.clone().with("model", "1");
    let registration = Message::new(&REGISTRATION).with("config_data", good.with("sub_components", config));
    let message = Message::new(&SAPIENT_MESSAGE).with("registration", registration);
    let found = faults(&message);
    let wanted =
        "registration.config_data.0.sub_components.0.model (mandatory fields present): Missing mandatory field: model";
    assert!(found.iter().any(|fault| fault == wanted), "{found:#?}");
}

#[test]
fn faults_are_bounded() {
    let report = (0..500).fold(Message::new(&STATUS_REPORT), |report, _| {
        report.with("status", Message::new(&super::super::schema::messages::STATUS_REPORT_STATUS))
    });
    let found = faults(&Message::new(&SAPIENT_MESSAGE).with("status_report", report));
    assert_eq!(found.len(), MAX_FAULTS);
    let long = Message::new(&SAPIENT_MESSAGE).with("node_id", "é".repeat(100_000));
    assert!(faults(&long).iter().all(|fault| fault.chars().count() < 250));
}

use crate::{Names, Source, parse, sentence};

fn said(rule: &str) -> String {
    let names = Names {
        parties: ["A".to_owned(), "B".to_owned()].into(),
        lines: ["contact".to_owned()].into(),
        areas: ["north".to_owned()].into(),
        events: ["ceasefire".to_owned()].into(),
        sites: ["depots".to_owned()].into(),
        time_zone: None,
    };
    let rules = format!(
        "agreement /akn/x\ntimezone +02:00\nday calendar, day 1 = the day of the event\nrule R\n  clause art_1\n{rule}"
    );
    let text = Source { file: "t", text: "BODY\n  ARTICLE 1\n    Text.\n" };
    let (agreement, problems) = parse(text, Source { file: "r", text: &rules }, "1", &names);
    assert_eq!(problems, []);
    sentence(&agreement.rules[0])
}

#[test]
fn a_withdrawal_in_english() {
    let rule = "
  who each Party
  must withdraw
  what weapon kind artillery, calibre >= 100 mm; weapon kind mlrs
  from line \"contact\", version 2031-02-12
  distance >= 25 km
  start by day 2 after event ceasefire
  done by day 14 after event ceasefire
  then stay
  except stored at site list \"depots\"; movement notified >= 48 h before, acknowledged
  verify 2 independent sources | 1 inspection
  on breach notify, meeting within 24 h
  note Party B: \"line\" means the line of 2030-09-19
  status contested by Party B
  reading Party B: from line \"contact\", version 2030-09-19
";
    assert_eq!(
        said(rule),
        "Each Party must withdraw (artillery of a calibre of 100 mm or more and mlrs) to a distance of 25 km or more from \
         the line \"contact\" in its version of 2031-02-12 beginning by day 2 after the event \"ceasefire\", complete by \
         day 14 after the event \"ceasefire\" and staying so. Exceptions: what is stored at the sites \"depots\"; \
         activities announced at least 48 hours before and acknowledged by the mission. An incident counts on 2 \
         independent sources or 1 inspection. When a person confirms that it was not kept: notify, meeting within 24 h. \
         Contested by Party B. As Party B reads it: Each Party must withdraw (artillery of a calibre of 100 mm or more \
         and mlrs) to a distance of 25 km or more from the line \"contact\" in its version of 2030-09-19 beginning by day \
         2 after the event \"ceasefire\", complete by day 14 after the event \"ceasefire\" and staying so. Exceptions: \
         what is stored at the sites \"depots\"; activities announced at least 48 hours before and acknowledged by the \
         mission. An incident counts on 2 independent sources or 1 inspection. Party B notes: \"line\" means the line of \
         2030-09-19."
    );
}

#[test]
fn other_kinds_in_english() {
    assert_eq!(
        said(
            "  who Party A; Party B\n  must not fire\n  what shelling; small arms\n  where zone \"north\"\n  when daily 22:00 to 06:00 from event ceasefire\n"
        ),
        "Party A and Party B must not fire (small arms and shelling) in the zone \"north\" daily from 22:00 to 06:00 local time from the event \"ceasefire\"."
    );
    assert_eq!(
        said(
            "  who each Party\n  must not be present\n  where side of Party A\n  from line contact\n  distance < 2 km\n"
        ),
        "Each Party must not be present at a distance of less than 2 km from the line \"contact\" on the side of Party A."
    );
    assert_eq!(
        said("  who each Party\n  must notify\n  what blasting\n  when >= 48 h before\n"),
        "Each Party must notify (blasting) at least 48 hours before."
    );
    assert_eq!(
        said("  who each Party\n  must keep silence\n  when 7 consecutive days from 2031-02-20\n"),
        "Each Party must keep silence everywhere in the mission's area for 7 consecutive days counted from 2031-02-20."
    );
}

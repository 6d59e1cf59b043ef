use super::*;

fn decode(row: &str) -> Detection {
    let text = format!("entry,date,event_group,lat,lon,country,province,arms/munition,violence level\n{row}\n");
    let context = Context::new(text.as_bytes(), "c.csv", "desk", "desk");
    let mut detections = Vec::new();
    let problems = Cir.decode(text.as_bytes(), &context, &mut |record| match record {
        Record::Detection(detection) => detections.push(detection),
        other => panic!("{other:?}"),
    });
    assert_eq!(problems.total(), 0);
    detections.remove(0)
}

#[test]
fn groups_and_munitions_become_phenomena_and_weapons() {
    for (group, arms, phenomenon, weapon) in [
        ("Bombing or Explosion Feb - June", "", Phenomenon::Explosion, None),
        ("Civilian Infrastructure Damage March 2031", "9M55K Smerch", Phenomenon::Damage, Some(WeaponKind::Mlrs)),
        ("Military Presence March 2031", "T-72B3", Phenomenon::HeavyWeapon, Some(WeaponKind::Tank)),
        ("Military Presence March 2031", "trucks", Phenomenon::MilitaryPresence, None),
        ("Civilian Casualty", "", Phenomenon::Casualties, None),
        ("Ground Battle", "RPG-22", Phenomenon::Clash, Some(WeaponKind::Rpg)),
        ("Detentions or Arrests", "", Phenomenon::Other, None),
    ] {
        let found = decode(&format!("E1,2031-02-15,{group},45.5,31.25,Land,Middle,{arms},1"));
        assert_eq!((found.phenomenon, found.weapon.value().copied()), (phenomenon, weapon), "{group} {arms}");
        assert_eq!(found.time.from.to_string(), "2031-02-12T00:00:00Z");
        assert_eq!(found.time.until.to_string(), "2031-02-16T00:00:00Z");
    }
}

#[test]
fn firing_positions_are_sealed() {
    let found = decode("E1,2031-02-15,Firing Positions,45.51234,31.25678,Land,Middle,,1");
    assert_eq!((&found.place, found.estimate()), (&Where::Area("Middle".into()), None));
    let shown = format!("{found:?}");
    assert!(found.origin.is_some() && !shown.contains("45.51") && !shown.contains("31.25"), "{shown}");
}

//! Roles that cannot be sealed to are problems with a hint, and nothing is sealed to some of them only.

use crate::mission::settings::read_settings;
use truceline_evidence::sealed::new_key;

/// Roles that are read, and the messages about them.
fn read(roles: &[String]) -> (Vec<(String, usize)>, Vec<String>) {
    let (settings, problems) = read_settings("mission.toml", &format!("[sealed]\nroles = {roles:?}\n"));
    let ours = problems.into_iter().filter(|problem| problem.code == "bad_role");
    let messages = ours.map(|problem| {
        assert!(problem.hint.is_some() && problem.line == Some(1), "{problem:?}");
        assert!(!problem.text.contains("AGE-SECRET-KEY"), "{problem:?}");
        problem.message
    });
    let roles = settings.sealed_roles.into_iter().map(|role| (role.name, role.recipients.len()));
    (roles.collect(), messages.collect())
}

#[test]
fn roles_are_read_with_all_their_people() {
    let [a, b, c] = [(); 3].map(|()| new_key().1);
    let two = [format!("officer: {a}"), format!("commission:{b}"), format!("officer : {c}")];
    assert_eq!(read(&two), (vec![("officer".to_owned(), 2), ("commission".to_owned(), 1)], Vec::new()));
    let (settings, problems) = read_settings("mission.toml", "[mission]\nname = \"x\"\ntime_zone = \"UTC\"\n");
    assert!(settings.sealed_roles.is_empty() && problems.iter().all(|problem| problem.code != "bad_role"));
}

#[test]
fn roles_that_would_not_all_be_needed_are_problems() {
    let (a, b) = (new_key(), new_key());
    let bad = [
        vec![],
        vec![format!("officer: {}", a.1)],
        vec![format!("officer: {}", a.1), format!("officer: {}", b.1)],
        vec![format!("officer: {}", a.1), format!("commission: {}", a.1)],
        vec![format!("officer: {}", a.1), format!(": {}", b.1)],
        vec![format!("officer: {}", a.1), b.1.clone()],
        vec![format!("officer: {}", a.1), "commission: age1nonsense".to_owned()],
        vec![format!("officer: {}", a.1), format!("commission: {}", b.0)],
    ];
    for roles in bad {
        let (read, messages) = read(&roles);
        assert!(read.is_empty() && messages.len() == 1, "{roles:?}: {read:?} {messages:?}");
        assert!(!messages[0].contains("AGE-SECRET-KEY"), "{messages:?}");
    }
}

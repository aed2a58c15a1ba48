use super::*;
use crate::manifest::{AppFile, normalise};

fn app(id: &str, dependencies: &[&str]) -> AppSpec {
    let text = serde_json::json!({
        "id": id, "dependencies": dependencies, "container": {"docker": {"image": "nginx"}}
    });
    let file: AppFile = serde_json::from_value(text).expect("an app file");
    normalise(&file, &GroupId::root(), &crate::manifest::Defaults::default()).expect("a valid app")
}

fn group(id: &str, dependencies: &[&str]) -> GroupSpec {
    let path = |text: &str| GroupId::resolve(text, &GroupId::root()).expect("a path");
    GroupSpec { id: path(id), dependencies: dependencies.iter().map(|text| path(text)).collect() }
}

fn messages(apps: &[AppSpec], groups: &[GroupSpec], guesses: &[&str]) -> Vec<String> {
    let across = Across {
        apps: apps.iter().map(|spec| Party { file: spec.id.as_str(), spec }).collect(),
        groups: groups.iter().map(|spec| Party { file: spec.id.as_str(), spec }).collect(),
        guesses: guesses.iter().map(|id| AppId::parse(id).expect("an id")).collect(),
    };
    check(&across).into_iter().map(|finding| format!("{}: {}", finding.file, finding.message)).collect()
}

#[test]
fn separate_apps_have_nothing_to_quarrel_about() {
    assert_eq!(messages(&[app("/a", &[]), app("/b", &["/a"]), app("/c/d", &["/a", "/b"])], &[], &[]), [""; 0]);
}

#[test]
fn an_id_belongs_to_one_file() {
    assert_eq!(messages(&[app("/a", &[]), app("/a", &[])], &[], &[]), ["/a: the app `/a` is defined twice"]);
}

#[test]
fn an_app_is_no_group_with_apps_even_if_a_namesake_stands_between() {
    let found = messages(&[app("/a", &[]), app("/a-b", &[]), app("/a/b/c", &[]), app("/a/b/d", &[])], &[], &[]);
    assert_eq!(found, ["/a: `/a` is an app and a group that is not empty"]);
}

#[test]
fn an_app_may_take_the_path_of_an_empty_group() {
    assert_eq!(messages(&[app("/a", &[])], &[group("/a", &[])], &[]), [""; 0]);
}

#[test]
fn a_dependency_must_exist_as_an_app_or_a_group() {
    let apps = [app("/shop/web", &["/shop/db", "/shop", "/empty", "/broken"]), app("/x", &["/shop/wbe"])];
    let found = messages(&apps[..1], &[group("/empty", &[])], &["/broken/it"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "/shop/web: nothing has the path `/shop/db`");
    let across = Across { apps: apps[1..].iter().map(|spec| Party { file: "x", spec }).collect(), ..Across::default() };
    assert_eq!(check(&across)[0].hint, None);
}

#[test]
fn a_circle_is_told_with_its_path() {
    let found = messages(&[app("/a", &["/b"]), app("/b", &["/c"]), app("/c", &["/a"]), app("/d", &["/a"])], &[], &[]);
    assert_eq!(found, ["/a: dependencies form a circle: /a -> /b -> /c -> /a"]);
}

#[test]
fn groups_take_part_in_circles() {
    let apps = [app("/shop/web", &[]), app("/data/db", &["/shop"])];
    let found = messages(&apps, &[group("/shop", &["/data"])], &[]);
    assert_eq!(found, ["/data/db: dependencies form a circle: /data/db -> /shop/web -> /data/db"]);
    assert_eq!(messages(&[app("/shop/web", &["/shop"])], &[], &[]).len(), 1);
}

#[test]
fn a_long_chain_is_no_circle_and_needs_no_stack() {
    let apps: Vec<AppSpec> = (0..20_000)
        .map(|n| match n {
            0 => app("/a0", &[]),
            n => app(&format!("/a{n}"), &[&format!("/a{}", n - 1)]),
        })
        .collect();
    assert_eq!(messages(&apps, &[], &[]), [""; 0]);
}

#[test]
fn a_service_port_belongs_to_one_app() {
    let with_port = |id: &str| {
        let mut spec = app(id, &[]);
        spec.run.ports[0].service_port = 10_000;
        spec
    };
    let found = messages(&[with_port("/a"), with_port("/b")], &[], &[]);
    assert_eq!(found, ["/b: the service port 10000 belongs to `/a` already"]);
}

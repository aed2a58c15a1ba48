use super::*;
use proptest::prelude::*;

fn read(inner: &str, text: &str) -> File {
    File::read(format!("apps/{inner}").into(), inner, Content::Bytes(text.into()), &Defaults::default())
}

fn read_content(content: Content) -> File {
    File::read("apps/a.json".into(), "a.json", content, &Defaults::default())
}

fn told(file: &File) -> Vec<String> {
    let Body::Broken { diagnostics, .. } = &file.body else { return Vec::new() };
    diagnostics
        .iter()
        .map(|found| {
            format!(
                "{}:{} {} `{}`",
                found.start.line,
                found.start.column,
                found.code,
                &found.source[found.span.clone()]
            )
        })
        .collect()
}

const DOCKER: &str = r#""container": {"docker": {"image": "nginx"}}"#;

#[test]
fn an_app_gets_the_group_of_its_folder() {
    let file = read("shop/web.json", &format!(r#"{{"id": "web", {DOCKER}}}"#));
    let Body::App(spec) = &file.body else { panic!("{:?}", told(&file)) };
    assert_eq!(spec.id.as_str(), "/shop/web");
}

#[test]
fn a_file_with_containers_is_a_pod() {
    let containers =
        r#""containers": [{"name": "web", "image": {"id": "nginx"}}, {"name": "log", "image": {"id": "log"}}]"#;
    let file = read("shop/web.json", &format!(r#"{{"id": "web", {containers}}}"#));
    let Body::App(spec) = &file.body else { panic!("{:?}", told(&file)) };
    assert_eq!(spec.pod.as_ref().map(|pod| pod.container.as_str()), Some("web"));
    assert_eq!(spec.run.companions.len(), 1);
    // Only as a field of the file itself.
    let file = read("web.json", &format!(r#"{{"id": "web", "labels": {{"containers": "2"}}, {DOCKER}}}"#));
    let Body::App(spec) = &file.body else { panic!("{:?}", told(&file)) };
    assert_eq!(spec.pod, None);
}

#[test]
fn schema_and_rules_speak_together() {
    let file = read(
        "web.json",
        &format!("{{\"id\": \"web\",\n \"instnces\": 3, \"mem\": \"64\",\n \"executor\": \"x\", {DOCKER}}}"),
    );
    assert_eq!(told(&file), ["2:2 S0102 `\"instnces\"`", "2:24 S0104 `\"64\"`"]);
    let file = read("web.json", &format!("{{\"id\": \"web\",\n \"instnces\": 3,\n \"executor\": \"x\", {DOCKER}}}"));
    assert_eq!(told(&file), ["2:2 S0102 `\"instnces\"`", "3:14 S0306 `\"x\"`"]);
}

#[test]
fn rollout_labels_and_checks_speak_with_positions() {
    let file =
        read("web.json", &format!("{{\"id\": \"web\", {DOCKER},\n\"labels\": {{\"ship.onfailure\": \"hold\"}}}}"));
    assert_eq!(told(&file), ["2:12 S0219 `\"ship.onfailure\"`"]);
    let checks = "\"healthChecks\": [{\"portIndex\": 0, \"gracePeriodSeconds\": 90}]";
    let labels = "\"labels\": {\"ship.progressDeadlineSeconds\": \"60\"}";
    let file = read("web.json", &format!("{{\"id\": \"web\", {DOCKER}, {checks},\n{labels}}}"));
    assert_eq!(told(&file), ["2:44 S0219 `\"60\"`"]);
    let file =
        read("web.json", &format!("{{\"id\": \"web\", {DOCKER},\n\"check\": {{\"tcp\": {{\"portIndex\": 3}}}}}}"));
    assert_eq!(told(&file), ["2:32 S0208 `3`"]);
}

#[test]
fn a_missing_id_is_told_once() {
    assert_eq!(told(&read("a.json", &format!("{{{DOCKER}}}"))), ["1:1 S0103 `{`"]);
}

#[test]
fn broken_files_still_give_a_hint_of_their_ids() {
    let file = read("shop/web.json", "{\"id\" : \"frontend\", ");
    let Body::Broken { guesses, .. } = &file.body else { panic!("must be broken") };
    let guesses: Vec<&str> = guesses.iter().map(AppId::as_str).collect();
    assert_eq!(guesses, ["/shop/web", "/shop/frontend"]);
}

#[test]
fn odd_contents_are_told_and_not_read() {
    let code = |content| {
        let file = read_content(content);
        let Body::Broken { diagnostics, .. } = &file.body else { panic!("must be broken") };
        diagnostics[0].code
    };
    assert_eq!(code(Content::TooBig(LARGEST + 1)), "S0109");
    assert_eq!(code(Content::NotAFile("a symbolic link")), "S0110");
    assert_eq!(code(Content::NotUtf8Name), "S0111");
    assert_eq!(code(Content::Bytes(vec![b'{', 0xff])), "S0108");
    assert_eq!(told(&read("My Shop/a.json", "{}")), ["1:1 S0111 ``"]);
}

#[test]
fn a_group_file_speaks_for_its_folder() {
    let file = read("shop/group.json", r#"{"dependencies": ["../data"]}"#);
    let Body::Group(group) = &file.body else { panic!("{:?}", told(&file)) };
    assert_eq!(group.id.as_str(), "/shop");
    assert_eq!(group.dependencies.first().map(GroupId::as_str), Some("/data"));
    assert_eq!(told(&read("shop/group.json", r#"{"id": "stop"}"#)), ["1:8 S0406 `\"stop\"`"]);
    assert_eq!(told(&read("shop/group.json", r#"{"apps": []}"#)), ["1:2 S0102 `\"apps\"`"]);
}

#[test]
fn duplicate_keys_are_refused() {
    let file = read("a.json", &format!(r#"{{"id": "a", "id": "b", {DOCKER}}}"#));
    assert_eq!(told(&file), ["1:13 S0107 `\"id\"`"]);
}

#[test]
fn what_the_parser_lets_through_is_still_no_json() {
    let told = |text: &str| told(&read("a.json", text));
    assert_eq!(told(&format!("{{\"id\": \"a\", {DOCKER}, \"cpus\": 012}}")), ["1:67 S0101 ``"]);
    assert_eq!(told(&format!("{{\"id\": \"a\", {DOCKER},\n \"cmd\": \"a\tb\"}}")), ["2:11 S0101 ``"]);
}

/// The file of the tutorial, as it is printed there.
#[test]
fn the_files_of_the_tutorial_work_as_printed() {
    let nginx = r#"{
  "id": "nginx", "cmd": null, "cpus": 0.1, "mem": 20.0, "instances": 1, "uris": [],
  "constraints": [["hostname", "UNIQUE", ""]],
  "container": {
    "type": "DOCKER",
    "docker": {
      "image": "nginx", "network": "BRIDGE",
      "portMappings": [{"containerPort": 80, "hostPort": 0, "servicePort": 0, "protocol": "tcp"}]
    }
  }
}"#;
    let file = read("nginx.json", nginx);
    assert_eq!(told(&file), [""; 0]);
}

#[test]
fn no_depth_of_nesting_breaks_anything() {
    for depth in [100, 200, 400, 100_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        assert!(read("a.json", &format!("{open}{close}")).is_broken());
        let nested = format!(r#"{{"id": "a", {DOCKER}, "versionInfo": {{"x": {open}{close}}}}}"#);
        assert_eq!(read("a.json", &nested).is_broken(), depth > 100, "{depth}");
    }
}

#[test]
fn a_file_made_of_mistakes_is_told_in_good_time() {
    let many = |item: &dyn Fn(usize) -> String| (0..60_000).map(item).collect::<Vec<_>>().join(",");
    let unknown = format!("{{{}}}", many(&|n| format!("\"f{n}\": 1")));
    let numbers = format!("{{\"id\": \"a\", {DOCKER}, \"args\": [{}]}}", many(&|n| n.to_string()));
    let constraints = format!("{{\"id\": \"a\", {DOCKER}, \"constraints\": [{}]}}", many(&|_| "[\"a\",\"X\"]".into()));
    for text in [unknown, numbers, constraints] {
        let file = read("a.json", &text);
        assert_eq!(told(&file).len(), MOST);
        assert_sound(&file);
    }
}

/// An app with many kinds of values, for mutilation.
const RICH: &str = r#"{"$schema": "x", "id": "/a/b", "cmd": "echo \u00e4", "args": [], "instances": 3, "cpus": 0.1,
 "env": {"A": "b", "C": {"secret": "s"}}, "constraints": [["hostname", "UNIQUE"]], "unreachableStrategy": "disabled",
 "container": {"type": "DOCKER", "docker": {"image": "nginx", "parameters": [{"key": "a", "value": "b"}]},
 "volumes": [{"containerPath": "/a", "hostPath": "/b", "mode": "RO"}]}, "healthChecks": [{"protocol": "HTTP"}],
 "upgradeStrategy": {"minimumHealthCapacity": 0.5}, "dependencies": ["../c"], "resourceLimits": {"mem": "unlimited"}}"#;

/// Every diagnostic must be showable: its span lies in the text, on character boundaries.
fn assert_sound(file: &File) {
    let Body::Broken { diagnostics, .. } = &file.body else { return };
    assert!(!diagnostics.is_empty());
    for found in diagnostics {
        assert!(found.source.get(found.span.clone()).is_some(), "{found:?}");
    }
    assert!(!crate::report::human(diagnostics, crate::report::Style::Plain).is_empty());
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_sound(&read_content(Content::Bytes(bytes)));
    }

    #[test]
    fn a_mutilated_file_is_told_and_never_panics(at in 0..RICH.len(), length in 0..40_usize, with in "[\\PC\"{}\\[\\],:0-9]{0,6}") {
        let bytes = RICH.as_bytes();
        let end = (at + length).min(bytes.len());
        let bytes = [&bytes[..at], with.as_bytes(), &bytes[end..]].concat();
        assert_sound(&read_content(Content::Bytes(bytes)));
    }

    #[test]
    fn a_value_of_any_type_is_told_and_never_panics(field in 0..60_usize, value in prop::sample::select(vec![
        "null", "true", "-1", "1e30", "99999999999999999999", "0.5", "\"x\"", "[]", "[1]", "[[]]", "{}", "{\"x\": 1}",
    ])) {
        let schema = crate::schemas::app();
        let fields: Vec<&String> = schema["properties"].as_object().expect("an object").keys().collect();
        let field = fields[field % fields.len()];
        let text = format!("{{\"id\": \"a\", \"{field}\": {value}}}");
        assert_sound(&read_content(Content::Bytes(text.into_bytes())));
    }
}

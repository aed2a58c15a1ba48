use super::*;
use crate::manifest::Rule;
use crate::model::{
    Command, NetworkMode, OnFailure, Operator, PlacementPolicy, Probe, ProbePort, Scalar, Strategy,
    UnreachableStrategy, UpgradeStrategy,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An app that runs nginx, with further fields on top.
#[expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]
fn nginx(extra: Value) -> Value {
    let mut file = json!({"id": "web", "container": {"docker": {"image": "nginx"}}});
    for (name, value) in extra.as_object().expect("an object") {
        match (name.as_str(), file.get_mut(name)) {
            ("container", Some(container)) => {
                let container = container.as_object_mut().expect("an object");
                container.extend(value.as_object().expect("an object").clone());
            }
            _ => file[name] = value.clone(),
        }
    }
    file
}

fn read(file: Value) -> Result<AppSpec, Vec<Finding>> {
    let file: AppFile = serde_json::from_value(file).expect("the shape of an app file");
    normalise(&file, &GroupId::root(), &Defaults::default())
}

fn spec(file: Value) -> AppSpec {
    read(file).expect("a valid app")
}

/// Rule and place of every mistake.
fn mistakes(file: Value) -> Vec<(Rule, String)> {
    let findings = read(file).expect_err("must be refused");
    findings.into_iter().map(|finding| (finding.rule, finding.place.pointer)).collect()
}

fn one(rule: Rule, pointer: &str) -> Vec<(Rule, String)> {
    vec![(rule, pointer.to_owned())]
}

#[test]
fn defaults_are_those_of_marathon() {
    let app = spec(nginx(json!({})));
    assert_eq!((app.id.as_str(), app.instances), ("/web", 1));
    assert_eq!(app.run.resources.cpus, Scalar::whole(1));
    assert_eq!(app.run.resources.mem, Scalar::whole(128));
    assert_eq!(app.run.network, NetworkMode::Host);
    assert_eq!(app.run.ports.len(), 1);
    assert_eq!(app.run.ports[0].name.as_deref(), Some("default"));
    assert_eq!(app.run.command, Command::Image);
    assert_eq!(app.unreachable, UnreachableStrategy::default());
}

#[test]
fn the_old_bridge_form_works_as_the_tutorial_prints_it() {
    let app = spec(json!({
        "id": "nginx", "cmd": null, "cpus": 0.1, "mem": 20.0, "instances": 1, "uris": [],
        "container": {"type": "DOCKER", "docker": {"image": "nginx", "network": "BRIDGE", "portMappings": [
            {"containerPort": 80, "hostPort": 0, "servicePort": 0, "protocol": "tcp"}]}},
        "constraints": [["hostname", "UNIQUE", ""]], "dependencies": null, "ports": null
    }));
    assert_eq!(app.run.network, NetworkMode::Bridge);
    assert_eq!(app.run.ports.len(), 1);
    assert_eq!((app.run.ports[0].container_port, app.run.ports[0].host_port), (80, Some(0)));
    assert_eq!(app.constraints[0].operator, Operator::Unique);
    assert_eq!(app.run.resources.mem, Scalar::whole(20));
}

#[test]
fn the_new_form_says_the_same_as_the_old() {
    let mappings = json!([{"containerPort": 80, "name": "http"}]);
    let old = spec(nginx(json!({"container": {
        "docker": {"image": "nginx", "network": "BRIDGE", "portMappings": mappings}}})));
    let new = spec(nginx(json!({
        "networks": [{"mode": "container/bridge"}],
        "container": {"docker": {"image": "nginx"}, "portMappings": mappings}})));
    assert_eq!(old, new);
}

#[test]
fn old_ports_become_definitions() {
    let old = spec(nginx(json!({"ports": [0, 9000], "requirePorts": true})));
    let new = spec(nginx(json!({"portDefinitions": [{"port": 0}, {"port": 9000}], "requirePorts": true})));
    assert_eq!(old, new);
    assert_eq!(old.run.ports[1].host_port, Some(9000));
    assert_eq!(old.run.ports[1].service_port, 9000);
}

#[test]
fn a_named_network_publishes_only_what_it_says() {
    let app = spec(nginx(json!({
        "ipAddress": {"networkName": "dev"},
        "container": {"docker": {"image": "nginx"}, "portMappings": [{"containerPort": 80}]}})));
    assert_eq!(app.run.network, NetworkMode::Named("dev".into()));
    assert_eq!(app.run.ports[0].host_port, None);
}

#[test]
fn definitions_beyond_the_mappings_ask_for_further_ports() {
    let app = spec(nginx(json!({
        "networks": [{"mode": "container/bridge"}], "ports": [0, 0],
        "container": {"portMappings": [{"containerPort": 80}]}})));
    assert_eq!(app.run.ports.len(), 2);
}

#[test]
fn no_ports_at_all_can_be_asked_for() {
    assert_eq!(spec(nginx(json!({"portDefinitions": []}))).run.ports, []);
    let bridge = json!({"networks": [{"mode": "container/bridge"}], "container": {"portMappings": []}});
    assert_eq!(spec(nginx(bridge)).run.ports, []);
}

#[test]
fn health_checks_get_their_port_and_their_defaults() {
    let app = spec(nginx(json!({"healthChecks": [
        {}, {"protocol": "MESOS_TCP", "port": 80}, {"protocol": "COMMAND", "command": {"value": "true"}}]})));
    let probes: Vec<&Probe> = app.checks.health.iter().map(|check| &check.probe).collect();
    assert_eq!(
        probes,
        [
            &Probe::Http { path: "/".into(), port: ProbePort::Index(0), tls: false, ignore_1xx: false },
            &Probe::Tcp { port: ProbePort::Number(80) },
            &Probe::shell("true"),
        ]
    );
    let delays: Vec<u32> = app.checks.health.iter().map(|check| check.delay_secs).collect();
    assert_eq!(delays, [5, 15, 15]);
    assert_eq!(app.checks.health[0].grace_period_secs, 300);
}

#[test]
fn half_a_strategy_is_completed() {
    let app = spec(nginx(json!({"upgradeStrategy": {"minimumHealthCapacity": 0.5},
        "unreachableStrategy": {"inactiveAfterSeconds": 60}})));
    assert_eq!((app.upgrade.minimum_health_capacity, app.upgrade.maximum_over_capacity), (0.5, 1.0));
    let both = UnreachableStrategy::Replace { inactive_after_secs: 60, expunge_after_secs: 60 };
    assert_eq!(app.unreachable, both);
}

#[test]
fn fields_without_effect_are_kept() {
    let app = spec(nginx(json!({"role": "*", "resourceLimits": {"cpus": "unlimited"}})));
    let names: Vec<&str> = app.kept.keys().map(String::as_str).collect();
    assert_eq!(names, ["resourceLimits"]);
}

#[test]
fn something_must_run_in_an_image() {
    assert_eq!(mistakes(json!({"id": "a"})), one(Rule::Command, ""));
    assert_eq!(mistakes(json!({"id": "a", "cmd": "sleep 1"})), one(Rule::NoDocker, "/cmd"));
    assert_eq!(mistakes(json!({"id": "a", "container": {}})), one(Rule::Command, "/container"));
    assert_eq!(mistakes(nginx(json!({"cmd": "a", "args": ["b"]}))), one(Rule::Command, "/args"));
    assert_eq!(mistakes(nginx(json!({"container": {"type": "MESOS"}}))), one(Rule::NoDocker, "/container/type"));
}

#[test]
fn what_later_work_brings_is_refused_by_name() {
    let refused = |extra| mistakes(nginx(extra));
    assert_eq!(refused(json!({"uris": ["http://h/a"]})), one(Rule::NoFetch, "/uris"));
    assert_eq!(refused(json!({"fetch": [{"uri": "http://h/a"}]})), one(Rule::NoFetch, "/fetch"));
    assert_eq!(refused(json!({"env": {"A": {"secret": "s"}}})), one(Rule::NoSecrets, "/env/A"));
    assert_eq!(refused(json!({"executor": "/bin/x"})), one(Rule::NoExecutor, "/executor"));
    let volume = |persistent: Value| json!({"container": {"volumes": [{"containerPath": "d", "mode": "RW", "persistent": persistent}]}});
    let mount = volume(json!({"size": 1, "type": "mount"}));
    assert_eq!(refused(mount), one(Rule::NoVolume, "/container/volumes/0/persistent/type"));
}

#[test]
fn networks_do_not_mix() {
    let refused = |extra| mistakes(nginx(extra));
    let host_and_bridge = json!({"networks": [{"mode": "host"}, {"mode": "container/bridge"}]});
    assert_eq!(refused(host_and_bridge), one(Rule::Network, "/networks/1"));
    assert_eq!(refused(json!({"networks": [{"mode": "container"}]})), one(Rule::Network, "/networks/0"));
    assert_eq!(refused(json!({"networks": [{"mode": "host", "name": "x"}]})), one(Rule::Network, "/networks/0/name"));
    let two = json!({"networks": [{"name": "a"}, {"name": "b"}]});
    assert_eq!(refused(two), one(Rule::Network, "/networks/1"));
    let twice = json!({"networks": [{"mode": "host"}], "container": {"docker": {"image": "x", "network": "HOST"}}});
    assert_eq!(refused(twice), one(Rule::LegacyForm, "/container/docker/network"));
    assert_eq!(
        refused(json!({"container": {"portMappings": [{"containerPort": 1}]}})),
        one(Rule::PortForm, "/container/portMappings")
    );
}

#[test]
fn ports_are_declared_once_and_checks_find_theirs() {
    let refused = |extra| mistakes(nginx(extra));
    assert_eq!(refused(json!({"ports": [80, 80]})), one(Rule::PortTwice, "/ports/1"));
    let names = json!({"portDefinitions": [{"name": "a"}, {"name": "a"}]});
    assert_eq!(refused(names), one(Rule::PortTwice, "/portDefinitions/1/name"));
    assert_eq!(refused(json!({"healthChecks": [{"portIndex": 1}]})), one(Rule::PortIndex, "/healthChecks/0/portIndex"));
    assert_eq!(refused(json!({"ports": [], "healthChecks": [{}]})), one(Rule::PortIndex, "/healthChecks/0"));
    assert_eq!(refused(json!({"healthChecks": [{"protocol": "COMMAND"}]})), one(Rule::HealthCheck, "/healthChecks/0"));
    assert_eq!(
        refused(json!({"readinessChecks": [{"portName": "x"}]})),
        one(Rule::ReadinessCheck, "/readinessChecks/0/portName")
    );
    assert_eq!(refused(json!({"requirePorts": true, "portDefinitions": [{}]})), one(Rule::PortForm, "/requirePorts"));
}

#[test]
fn a_constraint_is_told_where_it_is_wrong_and_what_would_be_right() {
    let told = |constraint: Value| {
        let finding = read(nginx(json!({"constraints": [constraint]}))).expect_err("must be refused").remove(0);
        assert_eq!(finding.rule, Rule::Constraint);
        (finding.place.pointer, finding.label, finding.hint.expect("a hint"))
    };
    let label_of = |constraint| told(constraint).1;
    let hint_of = |constraint| told(constraint).2;
    let place_of = |constraint| told(constraint).0;
    assert_eq!(hint_of(json!(["rack", "GROUPBY"])), "did you mean `GROUP_BY`?");
    assert_eq!(label_of(json!(["rack", "LIKE", "rack-[9-0]"])), "character 7: `9-0]`");
    assert_eq!(label_of(json!(["rack", "UNLIKE", "a|("])), "character 3: `(`");
    assert!(hint_of(json!(["rack", "GROUP_BY", "0"])).starts_with(r#"write it as `["rack", "GROUP_BY"]`"#));
    assert!(hint_of(json!(["rack", "MAX_PER"])).starts_with(r#"write it as `["rack", "MAX_PER", "2"]`"#));
    assert_eq!(place_of(json!(["rack", "MAX_PER", "0"])), "/constraints/0/2");
    assert_eq!(place_of(json!(["rack", "IS", "a b"])), "/constraints/0/2");
    assert_eq!(place_of(json!(["", "UNIQUE"])), "/constraints/0/0");
    assert_eq!(place_of(json!(["rack"])), "/constraints/0");
    assert_eq!(hint_of(json!(["@zon", "UNIQUE"])), "did you mean `@zone`?");
    assert!(hint_of(json!(["@rack", "UNIQUE"])).contains("an attribute that agents have"));
    for fine in [
        json!(["@zone", "UNIQUE"]),
        json!(["rack", "IS"]),
        json!(["rack", "IS", "-0.5"]),
        json!(["rack", "group_by", "inf"]),
    ] {
        assert!(read(nginx(json!({"constraints": [fine]}))).is_ok(), "{fine}");
    }
}

#[test]
fn required_ports_have_numbers() {
    let refused = |extra: Value| mistakes(nginx(extra));
    let none = one(Rule::PortForm, "/requirePorts");
    assert_eq!(refused(json!({"requirePorts": true})), none);
    assert_eq!(refused(json!({"requirePorts": true, "ports": [0]})), none);
    assert_eq!(refused(json!({"requirePorts": true, "portDefinitions": [{"port": 0}]})), none);
    assert!(read(nginx(json!({"requirePorts": true, "ports": [0, 9000]}))).is_ok(), "fixed and free together");
    assert!(read(nginx(json!({"requirePorts": true, "portDefinitions": []}))).is_ok());
    let bridge = |mappings: Value| {
        nginx(json!({"requirePorts": true, "networks": [{"mode": "container/bridge"}],
            "container": {"portMappings": mappings}}))
    };
    let open = bridge(json!([{"containerPort": 80, "hostPort": 8080}, {"containerPort": 81, "hostPort": 0}]));
    assert_eq!(mistakes(open), one(Rule::PortForm, "/container/portMappings/1/hostPort"));
    assert!(read(bridge(json!([{"containerPort": 80, "hostPort": 8080}]))).is_ok());
}

#[test]
fn other_rules_of_one_file() {
    let refused = |extra| mistakes(nginx(extra));
    assert_eq!(refused(json!({"id": "My_App"})), one(Rule::Id, "/id"));
    assert_eq!(refused(json!({"dependencies": ["/web"]})), one(Rule::Dependency, "/dependencies/0"));
    assert_eq!(refused(json!({"constraints": [["a", "UNIQ"]]})), one(Rule::Constraint, "/constraints/0/1"));
    assert_eq!(refused(json!({"env": {"A=B": ""}})), one(Rule::Environment, "/env/A=B"));
    assert_eq!(
        refused(json!({"unreachableStrategy": {"inactiveAfterSeconds": 9, "expungeAfterSeconds": 1}})),
        one(Rule::Unreachable, "/unreachableStrategy/inactiveAfterSeconds")
    );
    assert_eq!(refused(json!({"resourceLimits": {"mem": 1}})), one(Rule::Limits, "/resourceLimits/mem"));
    let single = json!({"labels": {"MARATHON_SINGLE_INSTANCE_APP": "true"}, "instances": 2,
        "upgradeStrategy": {"minimumHealthCapacity": 0, "maximumOverCapacity": 0}});
    assert_eq!(refused(single), one(Rule::UpgradeStrategy, "/instances"));
    let volume = json!({"container": {"volumes": [{"containerPath": "/d", "hostPath": "d", "mode": "RW"}]}});
    assert_eq!(refused(volume), one(Rule::Volume, "/container/volumes/0/hostPath"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = mistakes(nginx(json!({"id": "A", "executor": "x", "ports": [1, 1], "constraints": [["a"]]})));
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn ids_and_dependencies_are_relative_to_the_folder() {
    let shop = GroupId::resolve("/shop", &GroupId::root()).expect("a group id");
    let file: AppFile = serde_json::from_value(nginx(json!({"dependencies": ["db", "../x"]}))).expect("an app file");
    let app = normalise(&file, &shop, &Defaults::default()).expect("valid");
    assert_eq!(app.id.as_str(), "/shop/web");
    let dependencies: Vec<&str> = app.dependencies.iter().map(GroupId::as_str).collect();
    assert_eq!(dependencies, ["/shop/db", "/x"]);
}

#[test]
fn rollouts_follow_labels_then_settings_then_the_default() {
    let policy = |labels: Value, rollout: RolloutDefaults| {
        let file: AppFile = serde_json::from_value(nginx(json!({"labels": labels}))).expect("the shape of an app file");
        normalise(&file, &GroupId::root(), &Defaults { rollout, ..Defaults::default() }).expect("valid").rollout
    };
    let settings =
        RolloutDefaults { deadline_secs: Some(60), settling_secs: Some(5), on_failure: Some(OnFailure::Revert) };
    let plain = policy(json!({}), RolloutDefaults::default());
    assert_eq!((plain.deadline_secs, plain.settling_secs, plain.on_failure), (300, 2, OnFailure::Hold));
    let set = policy(json!({}), settings);
    assert_eq!((set.deadline_secs, set.settling_secs, set.on_failure), (60, 5, OnFailure::Revert));
    let labels = json!({"ship.progressDeadlineSeconds": "90", "ship.settlingSeconds": "0", "ship.onFailure": "hold"});
    let own = policy(labels, settings);
    assert_eq!((own.deadline_secs, own.settling_secs, own.on_failure), (90, 0, OnFailure::Hold));
}

#[test]
fn a_deadline_leaves_room_for_the_grace_period() {
    let checks = json!([{"gracePeriodSeconds": 30}, {"gracePeriodSeconds": 600}]);
    assert_eq!(spec(nginx(json!({"healthChecks": checks}))).rollout.deadline_secs, 600, "the default stretches");
    let labelled = json!({"healthChecks": checks, "labels": {"ship.progressDeadlineSeconds": "120"}});
    let findings = read(nginx(labelled)).expect_err("must be refused");
    assert_eq!(findings[0].place.pointer, "/labels/ship.progressDeadlineSeconds");
    assert!(findings[0].message.contains("120 s") && findings[0].message.contains("600 s"), "{}", findings[0].message);
    let file: AppFile = serde_json::from_value(nginx(json!({"healthChecks": checks}))).expect("the shape");
    let settings = Defaults {
        rollout: RolloutDefaults { deadline_secs: Some(120), ..RolloutDefaults::default() },
        ..Defaults::default()
    };
    let findings = normalise(&file, &GroupId::root(), &settings).expect_err("must be refused");
    assert_eq!(findings[0].place.pointer, "/healthChecks/1/gracePeriodSeconds");
}

#[test]
fn a_deadline_leaves_room_for_the_settling_time() {
    let labels = |labels: Value| nginx(json!({"labels": labels}));
    let settled = spec(labels(json!({"ship.settlingSeconds": "200"}))).rollout;
    assert_eq!((settled.settling_secs, settled.deadline_secs), (200, 400), "the default stretches");
    let both = labels(json!({"ship.settlingSeconds": "60", "ship.progressDeadlineSeconds": "60"}));
    assert_eq!(mistakes(both), one(Rule::Rollout, "/labels/ship.progressDeadlineSeconds"));
}

#[test]
fn labels_of_ours_are_checked() {
    let labels = |name: &str, value: &str| nginx(json!({"labels": {name: value}}));
    for value in ["", "soon", "0", "-5", "+70", "1.5", "99999999999"] {
        let place = "/labels/ship.progressDeadlineSeconds";
        assert_eq!(mistakes(labels("ship.progressDeadlineSeconds", value)), one(Rule::Rollout, place), "{value}");
    }
    assert_eq!(mistakes(labels("ship.onFailure", "panic")), one(Rule::Rollout, "/labels/ship.onFailure"));
    let findings = read(labels("ship.onfailure", "hold")).expect_err("must be refused");
    assert_eq!(findings[0].hint.as_deref(), Some("did you mean `ship.onFailure`?"));
    for other in ["shipment", "ship.team", "ship."] {
        assert!(read(labels(other, "yes")).is_ok(), "a team's own labels are theirs: {other}");
    }
}

fn placement(labels: &Value, placement: PlacementDefaults) -> PlacementPolicy {
    let file: AppFile = serde_json::from_value(nginx(json!({"labels": labels}))).expect("the shape of an app file");
    normalise(&file, &GroupId::root(), &Defaults { placement, ..Defaults::default() }).expect("valid").placement
}

#[test]
fn placement_follows_labels_then_settings_then_the_default() {
    let everywhere = |path: &str| BTreeSet::from([GroupId::resolve(path, &GroupId::root()).expect("a path")]);
    let settings = PlacementDefaults {
        strategy: Some(Strategy::Spread),
        priority: Some(70),
        preempts: Some(true),
        preemptible: Some(true),
        everywhere: everywhere("/web"),
    };
    assert_eq!(placement(&json!({}), PlacementDefaults::default()), PlacementPolicy::default());
    let set = PlacementPolicy {
        strategy: Strategy::Spread,
        everywhere: true,
        priority: 70,
        preempts: true,
        preemptible: true,
    };
    assert_eq!(placement(&json!({}), settings.clone()), set);
    let labels = json!({"ship.placement": "binpack", "ship.everywhere": "false", "ship.priority": "1",
        "ship.preempts": "false", "ship.preemptible": "false"});
    let own = PlacementPolicy {
        strategy: Strategy::BinPack,
        everywhere: false,
        priority: 1,
        preempts: false,
        preemptible: false,
    };
    assert_eq!(placement(&labels, settings), own);
    for (path, is_in) in [("/", true), ("/we", false), ("/web/x", false)] {
        let settings = PlacementDefaults { everywhere: everywhere(path), ..PlacementDefaults::default() };
        assert_eq!(placement(&json!({}), settings).everywhere, is_in, "{path}");
    }
}

#[test]
fn labels_of_placement_are_checked() {
    let labels = |name: &str, value: &str| nginx(json!({"labels": {name: value}}));
    for (name, value) in [
        ("ship.placement", "best"),
        ("ship.everywhere", "yes"),
        ("ship.preempts", "1"),
        ("ship.preemptible", "no"),
        ("ship.priority", "0"),
        ("ship.priority", "101"),
        ("ship.priority", "-5"),
        ("ship.priority", "high"),
    ] {
        assert_eq!(mistakes(labels(name, value)), one(Rule::Placement, &format!("/labels/{name}")), "{name} {value}");
    }
    let findings = read(labels("ship.priorty", "3")).expect_err("must be refused");
    assert_eq!(findings[0].hint.as_deref(), Some("did you mean `ship.priority`?"));
    assert_eq!(findings[0].rule, Rule::Placement);
}

#[test]
fn an_app_everywhere_takes_its_number_from_the_agents() {
    let app = |extra: Value| {
        let mut file = nginx(extra);
        file["labels"] = json!({"ship.everywhere": "true"});
        file
    };
    for fine in [
        json!({"instances": 1}),
        json!({"instances": 0}),
        json!({"constraints": [["hostname", "UNIQUE"],
        ["hostname", "GROUP_BY"], ["rack", "LIKE", "a.*"], ["rack", "CLUSTER", "a"], ["os", "IS", "linux"]]}),
    ] {
        assert!(read(app(fine.clone())).is_ok(), "{fine}");
    }
    assert_eq!(mistakes(app(json!({"instances": 3}))), one(Rule::Placement, "/instances"));
    let counting = json!({"constraints": [["rack", "UNIQUE"], ["os", "IS", "linux"], ["hostname", "CLUSTER"],
        ["@zone", "MAX_PER", "2"], ["@zone", "GROUP_BY"]]});
    let places: Vec<String> = mistakes(app(counting)).into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["/constraints/0", "/constraints/2", "/constraints/3", "/constraints/4"]);
}

#[test]
fn roles_are_the_apps_own() {
    let app = spec(nginx(json!({"role": "prod", "acceptedResourceRoles": ["*", "prod"]})));
    assert_eq!(app.roles().collect::<Vec<_>>(), ["*", "prod"]);
    assert_eq!(spec(nginx(json!({"role": "prod"}))).roles().collect::<Vec<_>>(), ["*", "prod"]);
    let foreign = nginx(json!({"acceptedResourceRoles": ["*", "slave_public"]}));
    assert_eq!(mistakes(foreign.clone()), one(Rule::Roles, "/acceptedResourceRoles/1"));
    let hint = read(foreign).expect_err("must be refused").remove(0).hint.expect("a hint");
    assert!(hint.contains("\"role\": \"slave_public\""), "{hint}");
    let role = json!({"role": "a b", "acceptedResourceRoles": ["-x"]});
    let places: Vec<String> = mistakes(nginx(role)).into_iter().map(|(_, place)| place).collect();
    assert_eq!(places, ["/role", "/acceptedResourceRoles/0"]);
}

#[test]
fn a_restart_is_a_moment() {
    let restarted = |text: &str| nginx(json!({"restartedAt": text}));
    let moment = "2026-01-31T12:00:00.250Z";
    assert_eq!(spec(restarted(moment)).restarted_at.as_deref(), Some(moment));
    assert_eq!(mistakes(restarted("yesterday")), one(Rule::Rollout, "/restartedAt"));
}

#[test]
fn readiness_is_asked_at_the_named_port() {
    let app = spec(nginx(json!({
        "portDefinitions": [{"port": 0, "name": "admin"}, {"port": 0, "name": "http-api"}],
        "readinessChecks": [{"protocol": "HTTPS", "path": "/up", "httpStatusCodesForReady": [200, 204]}]})));
    let ready = app.checks.readiness.expect("a readiness check");
    assert_eq!((ready.port, ready.tls, ready.path.as_str()), (ProbePort::Index(1), true, "/up"));
    assert_eq!((ready.interval_secs, ready.timeout_secs), (30, 10));
    assert_eq!(ready.ready_statuses.into_iter().collect::<Vec<_>>(), [200, 204]);
}

#[test]
fn an_informing_check_asks_one_thing() {
    let probe = |check: Value| spec(nginx(json!({"check": check}))).checks.inform.expect("a check").probe;
    let http = Probe::Http { path: "/".into(), port: ProbePort::Index(0), tls: true, ignore_1xx: false };
    assert_eq!(probe(json!({"http": {"scheme": "HTTPS"}})), http);
    assert_eq!(probe(json!({"tcp": {"port": 80}})), Probe::Tcp { port: ProbePort::Number(80) });
    assert_eq!(probe(json!({"exec": {"command": {"shell": "true"}}})), Probe::shell("true"));
    assert_eq!(probe(json!({"exec": {"command": {"argv": ["/up"]}}})), Probe::Command { argv: vec!["/up".into()] });
    let refused = |check: Value| mistakes(nginx(json!({"check": check})));
    assert_eq!(refused(json!({})), one(Rule::TaskCheck, "/check"));
    assert_eq!(refused(json!({"tcp": {}, "http": {}})), one(Rule::TaskCheck, "/check"));
    assert_eq!(refused(json!({"exec": {"command": {}}})), one(Rule::TaskCheck, "/check/exec/command"));
    assert_eq!(refused(json!({"tcp": {"portIndex": 7}})), one(Rule::PortIndex, "/check/tcp/portIndex"));
}

#[test]
fn persistent_volumes_keep_an_app_where_its_data_is() {
    let with = |path: &str, extra: Value| {
        let mut file = nginx(extra);
        file["container"]["volumes"] = json!([{"containerPath": path, "mode": "RW", "persistent": {"size": 100}}]);
        file
    };
    let app = spec(with("data", json!({"disk": 10})));
    assert!(app.is_resident());
    assert_eq!(app.run.persistent[0].container_path, "/mnt/mesos/sandbox/data");
    assert_eq!(app.run.held().disk, Scalar::whole(110));
    assert_eq!((app.upgrade, app.unreachable), (UpgradeStrategy::IN_PLACE, UnreachableStrategy::Disabled));
    assert_eq!(spec(with("/srv/data", json!({}))).run.persistent[0].container_path, "/srv/data");
    for (extra, rule, at) in [
        (
            json!({"upgradeStrategy": {"maximumOverCapacity": 0.5}}),
            Rule::UpgradeStrategy,
            "/upgradeStrategy/maximumOverCapacity",
        ),
        (json!({"unreachableStrategy": {"inactiveAfterSeconds": 5}}), Rule::Unreachable, "/unreachableStrategy"),
    ] {
        assert_eq!(mistakes(with("data", extra)), one(rule, at));
    }
    assert_eq!(mistakes(with("a/b", json!({}))), one(Rule::Volume, "/container/volumes/0/containerPath"));
}

//! What is foretold, in a line each; that it is also what happens is tested beside the cluster.

use super::*;
use crate::cluster::Input;
use crate::fixture::{AppBuilder, agent, app, commit, wanted};
use crate::model::{AgentId, Resources, Scalar};

pub(in crate::forecast) const NOW: Timestamp = Timestamp(1_000_000);

/// These agents, alike, and these apps, all up as far as there is room.
pub(in crate::forecast) fn running(agents: &[&str], apps: impl IntoIterator<Item = AppBuilder>) -> Cluster {
    let joined = agents.iter().map(|id| Input::AgentJoined { info: agent(id), tasks: Vec::new() });
    let desired = Input::Desired { commit: commit("c1"), wanted: wanted(apps) };
    play_out(Cluster::new(1), joined.chain([desired]).collect())
}

/// A minute after this has happened.
pub(in crate::forecast) fn play_out(cluster: Cluster, inputs: Vec<Input>) -> Cluster {
    let mut model = Model::new(cluster, NOW);
    for input in inputs {
        model.feed(input);
    }
    play(&mut model, NOW + Duration::from_secs(60), |_, _| {});
    model.cluster
}

fn ids(agents: &[&str]) -> Vec<AgentId> {
    agents.iter().map(|id| AgentId::new(*id)).collect()
}

fn lose(agents: &[&str]) -> Supposition {
    Supposition::Lose { agents: ids(agents) }
}

fn drain(agents: &[&str], within_secs: Option<u64>) -> Supposition {
    Supposition::Drain { agents: ids(agents), within_secs }
}

fn scale(id: &str, instances: u32) -> Supposition {
    Supposition::Scale { app: AppId::parse(id).unwrap(), instances }
}

fn new_agent(cpus: u64, count: u32) -> Supposition {
    let resources = Resources { cpus: Scalar::whole(cpus), ..agent("x").resources };
    let new = serde_json::json!({ "suppose": "add-agent", "resources": resources, "count": count });
    serde_json::from_value(new).unwrap()
}

/// Asked twice, the same is told, and the cluster is as it was.
fn told(cluster: &Cluster, suppositions: &[Supposition]) -> WhatIf {
    let before = format!("{cluster:?}");
    let now = NOW + Duration::from_secs(60);
    let told = whatif(cluster, suppositions, now).unwrap();
    assert_eq!(whatif(cluster, suppositions, now).unwrap(), told);
    assert_eq!(format!("{cluster:?}"), before);
    assert!(told.is_complete);
    told
}

fn moves(told: &WhatIf) -> Vec<String> {
    let name = |host: &Option<String>| host.clone().unwrap_or_else(|| "-".to_owned());
    told.moves.iter().map(|one| format!("{} {} {}>{}", one.app, one.tasks, name(&one.from), name(&one.to))).collect()
}

fn waits(told: &WhatIf) -> Vec<String> {
    let line = |wait: &Wait| {
        let hosts = wait.hosts.join(",");
        format!("{} {} ({}) {:?} {hosts}: {}", wait.app, wait.tasks, wait.already, wait.kind, wait.reason)
    };
    told.waits.iter().map(line).collect()
}

/// Alone on its agent by its size.
fn large(id: &str) -> AppBuilder {
    app(id).cpus(3.0)
}

fn pinned(id: &str, host: &str) -> AppBuilder {
    app(id).constraint(&["hostname", "LIKE", host])
}

#[test]
fn of_a_lost_agent_everything_goes_where_there_is_room() {
    let cluster = running(&["a", "b", "c"], [pinned("/web", "[ab]").instances(2).constraint(&["hostname", "UNIQUE"])]);
    let unused = told(&cluster, &[lose(&["c"])]);
    assert!(unused.is_quiet(), "{unused:?}");
    assert_eq!((unused.capacity.before.agents, unused.capacity.after.agents), (3, 2));
    let both = told(&cluster, &[lose(&["a", "b"])]);
    assert_eq!(moves(&both), ["/web 1 a>-", "/web 1 b>-"]);

    let cluster =
        running(&["a", "b"], [pinned("/web", "a").instances(2), app("/api").constraint(&["hostname", "UNIQUE"])]);
    let widened = [pinned("/web", "a|b").instances(2)];
    assert_eq!(moves(&told(&running(&["a", "b"], widened), &[lose(&["a"])])), ["/web 1 a>b"], "one stood there before");
    assert_eq!(told(&cluster, &[lose(&["a"])]).waits.len(), 1);
}

#[test]
fn a_loss_bends_the_minimum_until_the_tasks_are_up_again() {
    let cluster = running(&["a"], [app("/web").instances(2), app("/lax").upgrade(0.0, 1.0)]);
    let with_room = told(&cluster, &[new_agent(4, 1), lose(&["a"])]);
    assert_eq!(moves(&with_room), ["/lax 1 a>new-agent", "/web 2 a>new-agent"]);
    let bent: Vec<_> = with_room.bent.iter().map(|bent| (bent.app.as_str(), bent.lowest, bent.minimum)).collect();
    assert_eq!(bent, [("/web", 0, 2)]);
    assert_eq!(with_room.bent[0].after, 2);
}

#[test]
fn what_fits_nowhere_after_a_loss_is_told_with_the_reason() {
    let cluster = running(&["a", "b"], [large("/one"), large("/two")]);
    let told = told(&cluster, &[lose(&["a"])]);
    let reason = "a: not connected; b: short of 2 cpus (3 wanted, 1 free)";
    let app = &told.waits[0].app;
    assert_eq!(waits(&told), [format!("{app} 1 (0) Nowhere : {reason}")]);
    assert_eq!(moves(&told), [format!("{app} 1 a>-")]);
    assert_eq!(told.capacity.lowest_free.cpus, Scalar::whole(1));
}

#[test]
fn a_constraint_that_cannot_hold_is_a_wait() {
    let cluster = running(&["a", "b"], [app("/web").instances(2).constraint(&["hostname", "UNIQUE"])]);
    let told = told(&cluster, &[lose(&["b"])]);
    assert_eq!(waits(&told), ["/web 1 (0) Nowhere : b: not connected; a: excluded by [hostname UNIQUE], it has `a`"]);
}

#[test]
fn what_waits_for_its_agent_is_told_so_and_patience_is_skipped() {
    let cluster = running(&["a"], [app("/data").waits_for_its_agent(), app("/slow").unreachable(86_400, 86_400)]);
    let told = told(&cluster, &[new_agent(4, 1), lose(&["a"])]);
    assert_eq!(waits(&told), ["/data 1 (0) Away a: waits until a is back, as unreachableStrategy says"]);
    assert_eq!(moves(&told), ["/slow 1 a>new-agent"]);
}

#[test]
fn a_drain_keeps_every_promise() {
    let cluster = running(&["a", "b"], [pinned("/web", "a|b").instances(4)]);
    let told = told(&cluster, &[drain(&["a"], None)]);
    assert_eq!((&told.bent, &told.waits), (&Vec::new(), &Vec::new()));
    assert!(told.moves.iter().all(|one| (one.from.as_deref(), one.to.as_deref()) == (Some("a"), Some("b"))));
    assert!(told.lows.iter().all(|low| low.lowest == 4));
}

#[test]
fn the_last_agent_that_fits_keeps_its_tasks_unless_there_is_a_deadline() {
    let cluster = running(&["a", "b"], [pinned("/web", "a").instances(2)]);
    let open = told(&cluster, &[drain(&["a"], None)]);
    assert_eq!(open.moves, []);
    assert_eq!(
        (open.waits[0].kind, open.waits[0].tasks, open.waits[0].hosts.as_slice()),
        (WaitKind::Stays, 2, &["a".to_owned()][..])
    );
    assert!(open.waits[0].reason.ends_with("b: excluded by [hostname LIKE a], it has `b`"), "{}", open.waits[0].reason);
    assert_eq!(open.bent, []);

    let hard = told(&cluster, &[drain(&["a"], Some(60))]);
    assert_eq!(moves(&hard), ["/web 2 a>-"]);
    assert_eq!((hard.waits[0].kind, hard.waits[0].tasks), (WaitKind::Nowhere, 2));
    assert_eq!((hard.bent[0].lowest, hard.bent[0].minimum), (0, 2));
}

#[test]
fn more_instances_are_placed_as_far_as_there_is_room() {
    let cluster = running(&["a", "b"], [large("/web")]);
    let up = told(&cluster, &[scale("/web", 4)]);
    assert_eq!((up.moves.len(), up.moves[0].from.as_deref(), up.moves[0].tasks), (1, None, 1));
    assert_eq!((up.waits[0].kind, up.waits[0].tasks), (WaitKind::Nowhere, 2));
    assert_eq!(up.bent, []);
    let down = told(&cluster, &[scale("/web", 0)]);
    assert_eq!((down.moves.len(), down.moves[0].to.as_deref()), (1, None));
    assert_eq!((&down.waits, &down.bent), (&Vec::new(), &Vec::new()));
}

#[test]
fn what_waits_already_is_no_news_and_may_run_on_a_new_agent() {
    let cluster = running(&["a"], [large("/web").instances(3)]);
    let worse = told(&cluster, &[scale("/web", 4)]);
    assert_eq!((worse.waits[0].tasks, worse.waits[0].already), (3, 2));
    let better = told(&cluster, &[new_agent(4, 2)]);
    assert_eq!(moves(&better), ["/web 1 ->new-agent-1", "/web 1 ->new-agent-2"]);
    assert_eq!(better.waits, []);
}

#[test]
fn what_is_taken_back_is_as_if_it_had_not_been() {
    let cluster = running(&["a", "b"], [app("/web").instances(2)]);
    let told = told(&cluster, &[scale("/web", 3), scale("/web", 2)]);
    assert_eq!((&told.waits, &told.bent), (&Vec::new(), &Vec::new()));
}

#[test]
fn what_is_not_there_cannot_be_supposed() {
    let cluster = running(&["a"], [app("/web"), app("/log").everywhere()]);
    let refused = |one: Supposition| whatif(&cluster, &[one], NOW).unwrap_err();
    assert_eq!(refused(lose(&["z"])), Unsupposable::NoAgent(AgentId::new("z")));
    assert_eq!(refused(lose(&[])), Unsupposable::Nobody);
    assert_eq!(refused(scale("/none", 1)), Unsupposable::NoApp(AppId::parse("/none").unwrap()));
    assert_eq!(refused(scale("/log", 2)), Unsupposable::Everywhere(AppId::parse("/log").unwrap()));
    assert_eq!(refused(new_agent(1, 0)), Unsupposable::Count { count: 0, most: 10_000 });
    let taken = serde_json::json!({ "suppose": "add-agent", "hostname": "a", "resources": agent("x").resources });
    assert_eq!(refused(serde_json::from_value(taken).unwrap()), Unsupposable::Taken("a".to_owned()));
}

#[test]
fn of_agents_that_are_emptied_together_none_takes_the_tasks_of_another() {
    let web = app("/web").instances(2).cpus(2.0).upgrade(0.5, 0.5);
    let cluster = running(&["a", "b", "c"], [web.constraint(&["hostname", "LIKE", "a|b"])]);
    let told = told(&cluster, &[drain(&["a", "b"], None)]);
    assert_eq!(moves(&told), Vec::<String>::new());
    assert_eq!((told.waits[0].kind, told.waits[0].tasks), (WaitKind::Stays, 2));
}

#[test]
fn an_instance_that_keeps_data_stays_with_it() {
    let cluster = running(&["a"], [app("/db").keeps_data(100)]);
    let open = told(&cluster, &[new_agent(4, 1), drain(&["a"], None)]);
    assert_eq!(waits(&open), ["/db 1 (0) Stays a: its data is there, and it runs nowhere else"]);
    let hard = told(&cluster, &[new_agent(4, 1), drain(&["a"], Some(60))]);
    assert_eq!(moves(&hard), ["/db 1 a>-"]);
    assert_eq!(waits(&hard), ["/db 1 (0) Nowhere : its data is on a: draining"]);
    let lost = told(&cluster, &[new_agent(4, 1), lose(&["a"])]);
    assert_eq!(waits(&lost), ["/db 1 (0) Away a: waits until a is back, as unreachableStrategy says"]);
}

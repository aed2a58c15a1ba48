//! Who would move, and who not.

use super::*;
use crate::cluster::Input;
use crate::fixture::{AppBuilder, agent, app};
use crate::forecast::whatif::tests::{NOW, play_out, running};
use crate::model::{AgentInfo, Attribute, Strategy};

fn told(cluster: &Cluster) -> Rebalance {
    let before = format!("{cluster:?}");
    let told = rebalance(cluster, NOW);
    assert_eq!(rebalance(cluster, NOW), told);
    assert_eq!(format!("{cluster:?}"), before);
    told
}

fn moves(told: &Rebalance) -> Vec<String> {
    let name = |host: &Option<String>| host.clone().unwrap_or_else(|| "-".to_owned());
    told.moves.iter().map(|one| format!("{} {} {}>{}", one.app, one.tasks, name(&one.from), name(&one.to))).collect()
}

/// Something happens to it, and it comes to rest.
fn after(cluster: Cluster, input: Input) -> Cluster {
    play_out(cluster, vec![input])
}

fn joined(info: AgentInfo) -> Input {
    Input::AgentJoined { info, tasks: Vec::new() }
}

fn spread(id: &str) -> AppBuilder {
    app(id).strategy(Strategy::Spread)
}

#[test]
fn what_stands_as_it_would_be_placed_stays() {
    for apps in [vec![app("/web").instances(6)], vec![spread("/web").instances(5), app("/api").cpus(2.0).instances(2)]]
    {
        let cluster = running(&["a", "b", "c"], apps);
        let told = told(&cluster);
        assert_eq!((moves(&told), &told.unplaced, &told.mended), (Vec::new(), &Vec::new(), &Vec::new()));
        assert_eq!(told.before, told.after);
    }
}

#[test]
fn a_new_agent_would_take_its_share() {
    let cluster = after(running(&["a"], [spread("/web").instances(4).cpus(1.0)]), joined(agent("b")));
    let told = told(&cluster);
    assert_eq!(moves(&told), ["/web 2 a>b"]);
    assert_eq!((told.tasks, told.fixed), (4, 0));
    let shares = |spread: &Option<Spread>| {
        let spread = spread.clone().unwrap();
        (spread.fullest.cpus.as_f64(), spread.emptiest.cpus.as_f64(), spread.unused)
    };
    assert_eq!((shares(&told.before), shares(&told.after)), ((1.0, 0.0, 1), (0.5, 0.5, 0)));
}

#[test]
fn what_waits_for_its_agent_or_is_everywhere_is_left_alone() {
    let apps =
        [spread("/data").instances(2).waits_for_its_agent(), app("/log").everywhere(), spread("/db").keeps_data(1)];
    let cluster = after(running(&["a"], apps), joined(agent("b")));
    let told = told(&cluster);
    assert_eq!((moves(&told), told.tasks, told.fixed), (Vec::new(), 0, 5));
}

#[test]
fn an_agent_that_is_emptied_takes_no_part() {
    let pinned = app("/web").instances(2).constraint(&["hostname", "LIKE", "a"]);
    let drain = Input::Drain { agents: vec![AgentId::new("a")], deadline: None };
    let told = told(&after(running(&["a", "b"], [pinned]), drain));
    assert_eq!((moves(&told), told.tasks, told.fixed), (Vec::new(), 0, 2));
    assert_eq!(told.before.unwrap().fullest.host, "b");
}

#[test]
fn a_constraint_that_is_broken_meanwhile_would_be_mended() {
    let cluster = running(&["a", "b"], [app("/web").instances(2).constraint(&["rack", "LIKE", "a"])]);
    let rack = |id: &str, rack: &str| {
        let mut info = agent(id);
        info.attributes.insert("rack".to_owned(), Attribute::Text(rack.to_owned()));
        Input::AgentChanged { info }
    };
    let told = told(&play_out(cluster, vec![rack("a", "z"), rack("b", "a")]));
    assert_eq!(moves(&told), ["/web 2 a>b"]);
    assert_eq!((told.mended[0].before, told.mended[0].after), (2, 0));
}

#[test]
fn groups_would_be_evened() {
    let grouped = app("/web").instances(4).constraint(&["rack", "GROUP_BY"]);
    let told = told(&after(running(&["a"], [grouped]), joined(agent("b"))));
    assert_eq!(moves(&told), ["/web 2 a>b"]);
    assert_eq!((told.mended[0].before, told.mended[0].after), (2, 0));
}

#[test]
fn without_agents_there_is_nothing_to_say() {
    let told = rebalance(&Cluster::new(1), NOW);
    assert_eq!((told.tasks, told.before, told.after), (0, None, None));
    assert_eq!(rebalance(&running(&[], [app("/web")]), NOW).moves, []);
}

//! What nobody should push, and somebody will. Each has a stated behaviour, and the daemon goes on.

use crate::fake_master::FakeMaster;
use crate::support::{Daemon, Person, until};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use tokio::io::AsyncWriteExt;

/// Bytes that no compression makes smaller.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..bytes / 8).flat_map(|_| next()).collect()
}

/// Still serves after whatever came before.
async fn goes_on(daemon: &Daemon, person: &Person) {
    person.write_app("after", 1);
    person.commit("after").await;
    person.push(&[]).await.accepted();
    assert!(daemon.master.apps().contains(&"/after".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_outside_the_apps_are_stored() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write("media/film.bin", noise(50 << 20));
    person.commit("film").await;
    let said = person.push(&[]).await.accepted();
    assert_eq!(said.remote().last().unwrap(), "success: no app changed");
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_limit_is_refused() {
    let daemon = Daemon::with(FakeMaster::quick(), |setup| setup.pack_bytes_max = 4 << 20).await;
    let person = Person::with_one_app(&daemon).await;
    let before = daemon.tip("main");
    // Between limit and limit plus framing git itself notices, beyond it the stream is cut.
    person.write("film.bin", noise(9 << 19));
    person.commit("film").await;
    let said = person.push(&[]).await;
    assert!(!said.ok && said.err.contains("exceeds maximum allowed size"), "{}", said.err);
    person.write("film.bin", noise(20 << 20));
    person.commit("longer film").await;
    assert!(!person.push(&[]).await.ok);
    assert_eq!(daemon.tip("main"), before);
    person.git(&["reset", "--quiet", "--hard", "HEAD~2"]).await.accepted();
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_megabytes_are_no_app() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    person.write("notes.json", vec![b' '; 5 << 20]);
    person.commit("notes").await;
    person.push(&[]).await.accepted();
    person.write("apps/notes.json", vec![b' '; 5 << 20]);
    person.commit("notes among the apps").await;
    person.push(&[]).await.refused("invalid").says("apps/notes.json");
    person.remove("apps/notes.json");
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_no_text() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let name = OsStr::from_bytes(b"caf\xe9\x1b[31m.txt");
    std::fs::write(person.clone_path().join(name), "x").unwrap();
    person.commit("outside").await;
    person.push(&[]).await.accepted();
    let name = OsStr::from_bytes(b"caf\xe9\x1b[31m.json");
    std::fs::write(person.clone_path().join("apps").join(name), "{").unwrap();
    person.commit("inside").await;
    let said = person.push(&[]).await.refused("invalid");
    assert!(!said.err.contains('\x1b'), "control codes reached the terminal: {:?}", said.err);
    std::fs::remove_file(person.clone_path().join("apps").join(name)).unwrap();
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_symlink_is_no_app() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    symlink("/etc/passwd", person.clone_path().join("outside.json")).unwrap();
    person.commit("outside").await;
    person.push(&[]).await.accepted();
    symlink("one.json", person.clone_path().join("apps/link.json")).unwrap();
    person.commit("inside").await;
    person.push(&[]).await.refused("invalid").says("apps/link.json");
    person.remove("apps/link.json");
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submodule_is_no_app() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let commit = person.head().await;
    let module = |path: &str| format!("160000,{commit},{path}");
    person.git(&["update-index", "--add", "--cacheinfo", &module("vendor")]).await.accepted();
    person.git(&["commit", "--quiet", "-m", "outside"]).await.accepted();
    person.push(&[]).await.accepted();
    person.git(&["update-index", "--add", "--cacheinfo", &module("apps/vendor")]).await.accepted();
    person.git(&["commit", "--quiet", "-m", "inside"]).await.accepted();
    person.push(&[]).await.refused("invalid").says("apps/vendor");
    person.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.accepted();
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_instead_of_a_pack() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let http = reqwest::Client::new();
    for encoding in ["identity", "gzip", "br"] {
        let request = http.post(format!("{}/git-receive-pack", daemon.repo_url()));
        let request = request.header("content-type", "application/x-git-receive-pack-request");
        let answer = request.header("content-encoding", encoding).body("what is this").send().await;
        assert!(answer.is_ok(), "{encoding}: {answer:?}");
    }
    goes_on(&daemon, &person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_breaks_off_in_the_middle_leaves_nothing() {
    let daemon = Daemon::start().await;
    let person = Person::with_one_app(&daemon).await;
    let old = person.head().await;
    let command = format!("{old} {} refs/heads/main\0report-status\n", "1".repeat(40));
    let start = format!("{:04x}{command}0000PACK\0\0\0\x02\0\0\0\x03", command.len() + 4);
    let mut stream = tokio::net::TcpStream::connect(daemon.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /repo.git/git-receive-pack HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\
                content-type: application/x-git-receive-pack-request\r\n\r\n";
    stream.write_all(format!("{head}{start}").as_bytes()).await.unwrap();
    until(|| !quarantines(&daemon).is_empty()).await;
    drop(stream);
    until(|| quarantines(&daemon).is_empty()).await;
    assert_eq!(daemon.tip("main"), Some(old));
    goes_on(&daemon, &person).await;
}

/// Folders of pushes that are neither accepted nor cleaned up.
fn quarantines(daemon: &Daemon) -> Vec<String> {
    let entries = std::fs::read_dir(daemon.repo_path().join("objects")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("incoming")).collect()
}

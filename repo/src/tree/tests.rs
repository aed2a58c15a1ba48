use super::*;
use crate::commit;
use git2::{FileMode, Oid, Repository, Signature};
use proptest::prelude::*;
use std::path::Path;

const NGINX: &str = r#""container": {"docker": {"image": "nginx"}}"#;

/// A bare repository whose branch `main` has one commit more each time.
struct Repo {
    repo: Repository,
    _folder: tempfile::TempDir,
    head: Oid,
}

fn author() -> Signature<'static> {
    Signature::new("Dev", "dev@example.com", &git2::Time::new(0, 0)).expect("a signature")
}

impl Repo {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let repo = Repository::init_bare(folder.path()).expect("a repository");
        let head = {
            let tree = repo.treebuilder(None).and_then(|tree| tree.write()).expect("an empty tree");
            let tree = repo.find_tree(tree).expect("a tree");
            repo.commit(Some("refs/heads/main"), &author(), &author(), "empty", &tree, &[]).expect("a commit")
        };
        Self { repo, _folder: folder, head }
    }

    fn put(&mut self, path: &str, text: &str) -> Oid {
        self.head =
            commit::write(&self.repo, "main", self.head, path, text.as_bytes(), &author(), "put").expect("a commit");
        self.head
    }

    fn app(&mut self, path: &str, id: &str) -> Oid {
        self.put(path, &format!("{{\"id\": \"{id}\", {NGINX}}}"))
    }

    /// Commits entries of any mode directly below `apps`; no id takes the entry out.
    fn entries(&mut self, entries: &[(&[u8], FileMode, Option<Oid>)]) -> Oid {
        let repo = &self.repo;
        let parent = repo.find_commit(self.head).expect("a commit");
        let root = parent.tree().expect("a tree");
        let apps = root.get_name("apps").and_then(|entry| repo.find_tree(entry.id()).ok());
        let mut apps = repo.treebuilder(apps.as_ref()).expect("a builder");
        for (name, mode, id) in entries {
            let name = std::ffi::OsStr::from_encoded_bytes(name);
            match id {
                Some(id) => drop(apps.insert(name, *id, (*mode).into()).expect("an entry")),
                None => apps.remove(name).expect("an entry"),
            }
        }
        let apps = apps.write().expect("a tree");
        let mut builder = repo.treebuilder(Some(&root)).expect("a builder");
        builder.insert("apps", apps, FileMode::Tree.into()).expect("an entry");
        let tree = builder.write().and_then(|id| repo.find_tree(id)).expect("a tree");
        let commit = repo.commit(Some("refs/heads/main"), &author(), &author(), "odd", &tree, &[&parent]);
        drop(builder);
        let commit = commit.expect("a commit");
        self.head = commit;
        commit
    }

    fn tree(&self) -> Tree {
        Tree::of_commit(&self.repo, self.head).expect("a readable commit")
    }
}

trait FromBytes {
    fn from_encoded_bytes(bytes: &[u8]) -> &std::ffi::OsStr;
}

impl FromBytes for std::ffi::OsStr {
    fn from_encoded_bytes(bytes: &[u8]) -> &std::ffi::OsStr {
        std::os::unix::ffi::OsStrExt::from_bytes(bytes)
    }
}

fn ids(tree: &Tree) -> Vec<String> {
    let wanted = tree.wanted().expect("a valid tree");
    wanted.apps.keys().map(ToString::to_string).collect()
}

fn told(tree: &Tree) -> Vec<String> {
    tree.diagnostics().iter().map(|found| format!("{} {}", found.code, found.file)).collect()
}

#[test]
fn a_commit_without_apps_wants_nothing() {
    let tree = Repo::new().tree();
    assert_eq!((tree.files(), tree.apps(), told(&tree)), (0, 0, Vec::new()));
    assert_eq!(tree.wanted(), Some(Wanted::default()));
}

#[test]
fn folders_are_groups_and_other_files_are_not_read() {
    let mut repo = Repo::new();
    repo.app("apps/shop/web.json", "web");
    repo.app("apps/deep/a/b/c.json", "c");
    repo.app("apps/absolute.json", "/else/where");
    repo.app("elsewhere/x.json", "x");
    repo.put("apps/README.md", "hello");
    repo.put("apps/empty/group.json", "{}");
    let tree = repo.tree();
    assert_eq!(ids(&tree), ["/deep/a/b/c", "/else/where", "/shop/web"]);
    assert_eq!(tree.wanted().map(|wanted| wanted.groups.len()), Some(1));
    assert_eq!((tree.files(), tree.apps()), (4, 3));
    let web = AppId::parse("/shop/web").expect("an id");
    assert_eq!(tree.file_of(&web), Some("apps/shop/web.json"));
}

#[test]
fn an_update_equals_a_fresh_look() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "a");
    repo.app("apps/b.json", "b");
    let first = repo.tree();
    let before = first.wanted().expect("a valid tree");
    repo.app("apps/b.json", "c");
    repo.app("apps/d/e.json", "e");
    let updated = first.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(ids(&updated), ["/a", "/c", "/d/e"]);
    assert_eq!(updated.wanted(), repo.tree().wanted());
    let a = AppId::parse("/a").expect("an id");
    let after = updated.wanted().expect("a valid tree");
    assert!(Arc::ptr_eq(&before.apps[&a], &after.apps[&a]), "what did not change is shared");
}

#[test]
fn a_removed_file_takes_its_app_along() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "a");
    repo.app("apps/b.json", "b");
    let first = repo.tree();
    assert!(first.wanted().is_some());
    repo.entries(&[(b"a.json", FileMode::Blob, None)]);
    let updated = first.update(&repo.repo, repo.head).expect("readable");
    assert_eq!((ids(&updated), updated.files()), (vec!["/b".to_owned()], 1));
}

#[test]
fn mistakes_come_and_go_with_updates() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "a");
    let good = repo.tree();
    repo.put("apps/a.json", "{");
    repo.put("apps/b.json", &format!("{{\"id\": \"b\", \"dependencies\": [\"a\"], {NGINX}}}"));
    let bad = good.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(told(&bad), ["S0101 apps/a.json"], "no dangling dependency on a broken file");
    assert_eq!(bad.wanted(), None);
    repo.app("apps/a.json", "a");
    let mended = bad.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(ids(&mended), ["/a", "/b"]);
}

#[test]
fn a_moved_app_is_the_same_app() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "/web");
    let first = repo.tree();
    assert!(first.wanted().is_some());
    repo.app("apps/z.json", "/web");
    let both = first.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(told(&both), ["S0401 apps/z.json"]);
    repo.entries(&[(b"a.json", FileMode::Blob, None)]);
    let moved = both.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(ids(&moved), ["/web"]);
    let from_first = first.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(from_first.wanted(), moved.wanted());
}

#[test]
fn settings_of_the_commit_name_the_folder() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "a");
    repo.app("deploy/b.json", "b");
    let first = repo.tree();
    repo.put("ship.toml", "apps = \"deploy\"\n");
    let moved = first.update(&repo.repo, repo.head).expect("readable");
    assert_eq!(ids(&moved), ["/b"]);
    repo.put("ship.toml", "apps = 5\n");
    let broken = moved.update(&repo.repo, repo.head).expect("readable");
    assert_eq!((told(&broken), broken.wanted()), (vec!["S0104 ship.toml".to_owned()], None));
}

#[test]
fn odd_entries_of_a_commit_are_told_and_never_followed() {
    let mut repo = Repo::new();
    let head = repo.head;
    let link = repo.repo.blob(b"/etc/passwd").expect("a blob");
    let big = repo.repo.blob(&vec![b' '; 5 << 20]).expect("a blob");
    let small = repo.repo.blob(b"{}").expect("a blob");
    repo.entries(&[
        (b"big.json", FileMode::Blob, Some(big)),
        (b"bytes-\xff.json", FileMode::Blob, Some(small)),
        (b"folder", FileMode::Link, Some(link)),
        (b"sub", FileMode::Commit, Some(head)),
    ]);
    let found = ["S0109 apps/big.json", "S0111 apps/bytes-\\xff.json", "S0110 apps/folder", "S0110 apps/sub"];
    assert_eq!(told(&repo.tree()), found);
    let good = repo.tree();
    repo.app("apps/folder/a.json", "a");
    repo.entries(&[
        (b"big.json", FileMode::Blob, None),
        (b"bytes-\xff.json", FileMode::Blob, None),
        (b"sub", FileMode::Commit, None),
    ]);
    assert_eq!(ids(&good.update(&repo.repo, repo.head).expect("readable")), ["/folder/a"]);
}

#[test]
fn the_apps_folder_must_be_a_folder() {
    let mut repo = Repo::new();
    repo.put("apps", "a file");
    assert_eq!(told(&repo.tree()), ["S0501 apps"]);
}

#[test]
fn a_branch_that_moved_is_not_written() {
    let mut repo = Repo::new();
    let before = repo.head;
    repo.app("apps/a.json", "a");
    let stale = commit::write(&repo.repo, "main", before, "apps/b.json", b"{}", &author(), "late");
    assert!(matches!(stale, Err(commit::CommitError::Moved { .. })), "{stale:?}");
    let main = repo.repo.refname_to_id("refs/heads/main").expect("a branch");
    assert_eq!(main, repo.head);
    let outside = commit::write(&repo.repo, "main", repo.head, "../x", b"", &author(), "no");
    assert!(matches!(outside, Err(commit::CommitError::Path { .. })));
}

#[test]
fn a_folder_and_its_commit_say_the_same() {
    let mut repo = Repo::new();
    repo.app("apps/shop/web.json", "web");
    repo.put("apps/bad.json", "{\"id\": 5}");
    let folder = tempfile::tempdir().expect("a folder");
    let shop = folder.path().join("apps/shop");
    std::fs::create_dir_all(&shop).expect("a folder");
    std::fs::write(shop.join("web.json"), format!("{{\"id\": \"web\", {NGINX}}}")).expect("a file");
    std::fs::write(folder.path().join("apps/bad.json"), "{\"id\": 5}").expect("a file");
    let tree = Tree::of_folder(folder.path(), Path::new("apps")).expect("readable");
    assert_eq!(tree.diagnostics(), repo.tree().diagnostics());
    let nothing = Tree::of_folder(folder.path(), Path::new("gone")).expect("readable");
    assert_eq!((nothing.files(), nothing.wanted()), (0, Some(Wanted::default())));
}

#[test]
fn an_apps_folder_that_is_a_link_is_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("/etc", folder.path().join("apps")).expect("a link");
    let tree = Tree::of_folder(folder.path(), Path::new("apps")).expect("readable");
    assert_eq!((told(&tree), tree.files()), (vec!["S0501 apps".to_owned()], 1));
}

#[test]
fn settings_of_rollouts_reach_every_app() {
    let mut repo = Repo::new();
    repo.app("apps/a.json", "a");
    let tree = repo.tree();
    repo.put("ship.toml", "[rollout]\nprogress-deadline = 60\n");
    let next = tree.update(&repo.repo, repo.head).expect("readable");
    let deadlines = |tree: &Tree| -> Vec<u32> {
        tree.wanted().expect("valid").apps.values().map(|app| app.rollout.deadline_secs).collect()
    };
    assert_eq!((deadlines(&tree), deadlines(&next)), (vec![300], vec![60]));
}

/// What a file may say; small, so that ids and dependencies meet.
fn text() -> impl Strategy<Value = String> {
    let app = (
        0..9_u32,
        prop::sample::select(vec!["", ", \"ports\": [90]", ", \"ports\": [91]"]),
        prop::sample::select(vec!["a", "b", "/x/c", "../a"]),
        prop::option::of(prop::sample::select(vec!["a", "/b", "/x"])),
    );
    prop_oneof![
        6 => app.prop_map(|(count, port, id, needs)| {
            let needs = needs.map(|path| format!("\"{path}\"")).unwrap_or_default();
            format!("{{\"id\": \"{id}\", \"dependencies\": [{needs}], \"instances\": {count}{port}, {NGINX}}}")
        }),
        1 => Just("{\"id\": ".to_owned()),
        1 => Just("{}".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_history_of_updates_equals_a_fresh_look(
        steps in prop::collection::vec((prop::sample::select(vec!["a", "b", "x/c", "x/group", "y/z/d"]), text()), 1..8),
    ) {
        let mut repo = Repo::new();
        let mut tree = repo.tree();
        for (name, text) in steps {
            repo.put(&format!("apps/{name}.json"), &text);
            tree = tree.update(&repo.repo, repo.head).expect("readable");
            let fresh = repo.tree();
            prop_assert_eq!(tree.diagnostics(), fresh.diagnostics());
            prop_assert_eq!(tree.wanted(), fresh.wanted());
        }
    }
}

//! Which images the engine has, as they come and go.

use crate::bed::{lie, soon};
use bollard::query_parameters::{RemoveImageOptions, TagImageOptions};
use shipd::runtime::{Notice, Runtime, Stock};
use tokio::sync::mpsc;

async fn told(notices: &mut mpsc::Receiver<Notice>, holds: impl Fn(&Stock) -> bool) {
    loop {
        match soon(notices.recv()).await {
            Some(Notice::Has(stock)) if holds(&stock) => return,
            Some(_) => {}
            None => panic!("the watch ended"),
        }
    }
}

#[tokio::test]
async fn docker_images_that_come_and_go_are_told() {
    lie(|bed| async move {
        let repo = bed.agent.to_string();
        let name = format!("{repo}:1");
        let mut notices = bed.docker.watch();
        told(&mut notices, |stock| stock.images.contains("busybox:latest")).await;
        let options = TagImageOptions { repo: Some(repo), tag: Some("1".to_owned()) };
        bed.client.tag_image("busybox", Some(options)).await.expect("tagged");
        told(&mut notices, |stock| stock.images.contains(&name)).await;
        bed.client.remove_image(&name, None::<RemoveImageOptions>, None).await.expect("untagged");
        told(&mut notices, |stock| !stock.images.contains(&name)).await;
    })
    .await;
}

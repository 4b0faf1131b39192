//! Rust's volo, with the handlers that every peer has. Its accepted sockets have TCP_NODELAY set by the library.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{SecondsFormat, Utc};
use pilota::FastStr;
use volo::net::incoming::DefaultIncoming;
use volo_thrift::ServerError;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
}

use generated::volo_gen::tasks::{Healthcheck, Task, Tasks, TasksServer};

static COUNTER: AtomicU64 = AtomicU64::new(0);

fn new_task(user_id: FastStr, name: FastStr) -> Task {
    let id = COUNTER.fetch_add(1, Ordering::Relaxed);
    let created_on = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    Task {
        id: Some(format!("{id:024x}").into()),
        user_id: Some(user_id),
        name: Some(name),
        created_on: Some(created_on.into()),
        done: Some(false),
    }
}

struct Handler {
    tasks: Vec<Task>,
}

impl Tasks for Handler {
    async fn check(&self) -> Result<Healthcheck, ServerError> {
        Ok(Healthcheck {
            ok: Some(true),
            message: Some("OK".into()),
        })
    }

    async fn add(&self, user_id: FastStr, name: FastStr) -> Result<Task, ServerError> {
        Ok(new_task(user_id, name))
    }

    async fn all(&self, _user_id: FastStr) -> Result<Vec<Task>, ServerError> {
        Ok(self.tasks.clone())
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let list_size = std::env::var("BENCH_LIST_SIZE")
        .ok()
        .and_then(|size| size.parse().ok())
        .unwrap_or(100);
    let tasks = (0..list_size)
        .map(|i| new_task("alice".into(), format!("task number {i}").into()))
        .collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("no free port");
    println!("READY {}", listener.local_addr().expect("not bound").port());
    TasksServer::new(Handler { tasks })
        .run(DefaultIncoming::from(listener))
        .await
        .expect("the server failed");
}

//! An AWS on this machine.

use std::{path::Path, process::Command, sync::LazyLock};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};

use crate::{
    Log, blocking,
    server::{Server, free_port},
};

/// The region everything lies in.
pub(crate) const REGION: &str = "us-east-1";
/// Both halves of the account's own access key, which may do everything.
pub(crate) const ACCESS_KEY: &str = "test";

/// Another process may take the free port between looking and listening.
const STARTS: usize = 3;

/// The two implementations. What both accept is hardly an accident of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emulator {
    /// Stricter, and able to run whole deployments.
    MiniStack,
    /// The second opinion.
    Moto,
}

/// A running emulator and clients for it. It ends when this is dropped or the test's process ends.
#[derive(Debug)]
pub struct LocalAws {
    endpoint: String,
    server: Server,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
}

impl LocalAws {
    /// The one that all tests of a process share, each with a [`Connection`](crate::Connection)
    /// of its own; started when first asked for.
    pub fn shared(emulator: Emulator) -> &'static Self {
        static MINISTACK: LazyLock<LocalAws> =
            LazyLock::new(|| LocalAws::start(Emulator::MiniStack));
        static MOTO: LazyLock<LocalAws> = LazyLock::new(|| LocalAws::start(Emulator::Moto));
        match emulator {
            Emulator::MiniStack => &MINISTACK,
            Emulator::Moto => &MOTO,
        }
    }

    /// One of its own, for a test that stops it or fills it.
    pub fn start(emulator: Emulator) -> Self {
        Self::start_with(emulator, &[])
    }

    /// One of its own with more settings, such as MiniStack's `AUTH=true`.
    ///
    /// # Panics
    /// If it does not start, with what it wrote.
    pub fn start_with(emulator: Emulator, settings: &[(&str, &str)]) -> Self {
        let mut log = String::new();
        for _ in 0..STARTS {
            let port = free_port();
            let endpoint = format!("http://127.0.0.1:{port}");
            let server = Server::start(program(emulator), |command, folder| {
                configure(emulator, command, folder, port, &endpoint);
                command.envs(settings.iter().copied());
            });
            let config = config(&endpoint);
            let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
            let s3 = aws_sdk_s3::Client::from_conf(s3);
            let secrets = aws_sdk_secretsmanager::Client::new(&config);
            let sqs = aws_sdk_sqs::Client::new(&config);
            let mut aws = Self { endpoint, server, s3, secrets, sqs };
            let s3 = aws.s3.clone();
            if aws.server.wait_until(|| answers(&s3)) {
                return aws;
            }
            log = aws.log().text();
        }
        panic!("{emulator:?} does not start:\n{log}");
    }

    /// Where it listens: the value of `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What the emulator wrote.
    pub fn log(&self) -> &Log {
        self.server.log()
    }
}

fn program(emulator: Emulator) -> &'static str {
    match emulator {
        Emulator::MiniStack => "ministack",
        Emulator::Moto => "moto_server",
    }
}

fn configure(emulator: Emulator, command: &mut Command, folder: &Path, port: u16, endpoint: &str) {
    command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", ACCESS_KEY);
    match emulator {
        // Without the addresses it would listen on every interface, and its functions would call
        // the real AWS.
        Emulator::MiniStack => command
            .env("BIND_HOST", "127.0.0.1")
            .env("MINISTACK_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("IOT_MTLS_ENABLED", "0")
            .env("STATE_DIR", folder.join("state"))
            .env("S3_DATA_DIR", folder.join("s3")),
        Emulator::Moto => command.args(["-H", "127.0.0.1", "-p"]).arg(port.to_string()),
    };
}

/// No retries: a test wants to see the first answer.
fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new(ACCESS_KEY, ACCESS_KEY, None, None, "local");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(endpoint)
        .build()
}

fn answers(s3: &aws_sdk_s3::Client) -> bool {
    blocking::wait(s3.list_buckets().send()).is_ok()
}

//! [`TestServer`]: the server as a value that a test starts, asks and drops.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::service::S3ServiceBuilder;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::auth::{Access, Credential, Credentials};
use crate::faults::Faults;
use crate::front::Front;
use crate::io::{ResetSwitch, Stream};
use crate::kms::{KeyState, Kms, MANAGED_ALIAS};
use crate::random;
use crate::s3::Service;
use crate::store::{Bucket, Store};
use crate::tls::Tls;

/// The ARNs of the keys that every server has.
#[derive(Debug, Clone)]
pub struct KeyArns {
    /// The AWS managed key, which S3 takes when a request names none.
    pub managed: String,
    /// A customer managed key, also `alias/first`.
    pub first: String,
    /// Another one, also `alias/second`.
    pub second: String,
    /// `RSA_2048`, `SIGN_VERIFY`: S3 refuses it.
    pub asymmetric: String,
    /// Refused with `KMS.DisabledException`.
    pub disabled: String,
    /// Refused with `KMS.KMSInvalidStateException`.
    pub pending_deletion: String,
    /// A well-formed ARN of another region: `KMS.NotFoundException`.
    pub other_region: String,
}

enum TlsSource {
    Files(PathBuf, PathBuf),
    SelfMade,
}

/// What a server is to be like. [`TestServer::builder`] gives the defaults.
pub struct Builder {
    port: u16,
    region: String,
    buckets: Vec<String>,
    credential: Credential,
    tls: Option<TlsSource>,
}

impl Builder {
    /// The port on 127.0.0.1; 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The region of server and keys; default `us-east-1`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// A bucket that is there from the start. Without any call there is one, `demo`.
    #[must_use]
    pub fn bucket(mut self, bucket: impl Into<String>) -> Self {
        self.buckets.push(bucket.into());
        self
    }

    /// Fixed credentials instead of random ones.
    #[must_use]
    pub fn credential(mut self, access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        self.credential =
            Credential { access_key: access_key.into(), secret_key: secret_key.into(), session_token: None };
        self
    }

    /// TLS with a PEM chain and key from files.
    #[must_use]
    pub fn tls_files(mut self, chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsSource::Files(chain.into(), key.into()));
        self
    }

    /// TLS under a throw-away CA; [`TestServer::ca_pem`] is what clients must trust.
    #[must_use]
    pub fn tls_self_made(mut self) -> Self {
        self.tls = Some(TlsSource::SelfMade);
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// Errors: the port is taken, a certificate cannot be read.
    pub async fn start(mut self) -> io::Result<TestServer> {
        if self.buckets.is_empty() {
            self.buckets.push("demo".to_owned());
        }
        let tls = match &self.tls {
            None => None,
            Some(TlsSource::Files(chain, key)) => Some(Tls::from_files(chain, key).map_err(io::Error::other)?),
            Some(TlsSource::SelfMade) => Some(Tls::self_made().map_err(io::Error::other)?),
        };
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).await?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (front, keys, session) = self.assemble();
        let acceptor = tls.as_ref().map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
        let task = tokio::spawn(accept(listener, Arc::clone(&front), acceptor));
        Ok(TestServer {
            endpoint: format!("{scheme}://{address}"),
            region: self.region,
            credential: self.credential,
            session,
            buckets: self.buckets,
            keys,
            ca_pem: tls.and_then(|tls| tls.ca_pem),
            front,
            stop: Stop::Task(task.abort_handle()),
        })
    }

    /// Starts the server on a runtime of its own, for callers that have none.
    ///
    /// Errors: those of [`start`](Self::start).
    pub fn start_blocking(self) -> io::Result<TestServer> {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("s3kms-test-server".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            runtime.block_on(async {
                let _ = ready.send(self.start().await);
                // Ends on the sender's drop as well.
                let _ = stopped.await;
            });
        })?;
        let mut server = started.recv().map_err(io::Error::other)??;
        server.stop = Stop::Thread(Some(stop), Some(thread));
        Ok(server)
    }

    fn assemble(&self) -> (Arc<Front>, KeyArns, Credential) {
        let kms = Arc::new(Kms::new(&self.region));
        let symmetric = |state| kms.create_key("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", state);
        let first = symmetric(KeyState::Enabled);
        let second = symmetric(KeyState::Enabled);
        let elsewhere = if self.region == "eu-west-1" { "eu-central-1" } else { "eu-west-1" };
        let keys = KeyArns {
            managed: kms.describe(MANAGED_ALIAS).map(|key| key.arn).unwrap_or_default(),
            asymmetric: kms.create_key("RSA_2048", "SIGN_VERIFY", KeyState::Enabled),
            disabled: symmetric(KeyState::Disabled),
            pending_deletion: symmetric(KeyState::PendingDeletion),
            other_region: format!("arn:aws:kms:{elsewhere}:{}:key/{}", crate::kms::ACCOUNT, random::uuid()),
            first,
            second,
        };
        for (alias, key) in [("alias/first", &keys.first), ("alias/second", &keys.second)] {
            kms.create_alias(alias, key).expect("a fresh registry has room for its aliases");
        }
        let store = Arc::new(Store::default());
        store.buckets().extend(self.buckets.iter().map(|name| (name.clone(), Bucket::default())));
        let session = Credential {
            access_key: format!("ASIA{}", random::hex::<8>().to_uppercase()),
            secret_key: random::hex::<20>(),
            session_token: Some(random::hex::<32>()),
        };
        let credentials = Credentials::new([self.credential.clone(), session.clone()]);
        let service = Service { store, kms: Arc::clone(&kms), region: self.region.clone() };
        let mut builder = S3ServiceBuilder::new(service);
        builder.set_auth(credentials.clone());
        builder.set_access(Access { credentials: credentials.clone() });
        (Arc::new(Front::new(builder.build(), kms, credentials, self.region.clone())), keys, session)
    }
}

enum Stop {
    Task(AbortHandle),
    Thread(Option<oneshot::Sender<()>>, Option<std::thread::JoinHandle<()>>),
}

/// A running server. Dropping it closes the port and every connection.
pub struct TestServer {
    endpoint: String,
    region: String,
    credential: Credential,
    session: Credential,
    buckets: Vec<String>,
    keys: KeyArns,
    ca_pem: Option<String>,
    front: Arc<Front>,
    stop: Stop,
}

impl TestServer {
    /// A server on a free port in `us-east-1` with random credentials and, unless others are named,
    /// the bucket `demo`.
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            region: "us-east-1".to_owned(),
            buckets: Vec::new(),
            credential: Credential {
                access_key: format!("AKIA{}", random::hex::<8>().to_uppercase()),
                secret_key: random::hex::<20>(),
                session_token: None,
            },
            tls: None,
        }
    }

    /// `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The one region there is.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The access key id.
    pub fn access_key(&self) -> &str {
        &self.credential.access_key
    }

    /// The secret access key.
    pub fn secret_key(&self) -> &str {
        &self.credential.secret_key
    }

    /// Temporary credentials that the server accepts too.
    pub fn session(&self) -> &Credential {
        &self.session
    }

    /// The buckets that were there from the start.
    pub fn buckets(&self) -> &[String] {
        &self.buckets
    }

    /// The keys that every server has.
    pub fn keys(&self) -> &KeyArns {
        &self.keys
    }

    /// PEM of the throw-away CA, with [`Builder::tls_self_made`].
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The key registry, to make keys and change their state.
    pub fn kms(&self) -> &Kms {
        &self.front.kms
    }

    /// The fault rules.
    pub fn faults(&self) -> &Faults {
        &self.front.faults
    }

    /// S3 and KMS requests so far, by method.
    pub fn requests(&self) -> std::collections::BTreeMap<String, u64> {
        self.front.counts()
    }

    /// What the binary prints: everything that a client needs, in one JSON document.
    pub fn describe(&self) -> serde_json::Value {
        let mut document = json!({
            "endpoint": self.endpoint,
            "region": self.region,
            "accessKeyId": self.credential.access_key,
            "secretAccessKey": self.credential.secret_key,
            "session": {
                "accessKeyId": self.session.access_key,
                "secretAccessKey": self.session.secret_key,
                "sessionToken": self.session.session_token,
            },
            "bucket": self.buckets.first(),
            "keys": {
                "managed": self.keys.managed,
                "first": self.keys.first,
                "second": self.keys.second,
                "asymmetric": self.keys.asymmetric,
                "disabled": self.keys.disabled,
                "pendingDeletion": self.keys.pending_deletion,
                "otherRegion": self.keys.other_region,
            },
            "aliases": {"first": "alias/first", "second": "alias/second"},
        });
        if let (Some(pem), Some(fields)) = (&self.ca_pem, document.as_object_mut()) {
            fields.insert("caPem".to_owned(), json!(pem));
        }
        document
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        match &mut self.stop {
            Stop::Task(task) => task.abort(),
            Stop::Thread(stop, thread) => {
                drop(stop.take());
                if let Some(thread) = thread.take() {
                    // A panic of the server's thread has been reported by its own hook.
                    let _ = thread.join();
                }
            }
        }
    }
}

/// Accepts until the task is aborted; the set's drop then ends every connection.
async fn accept(listener: TcpListener, front: Arc<Front>, tls: Option<TlsAcceptor>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                // A failed accept concerns one connection (reset before accept, or too many open files).
                let Ok((tcp, _)) = accepted else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let _ = tcp.set_nodelay(true);
                let (front, tls) = (Arc::clone(&front), tls.clone());
                connections.spawn(async move {
                    let switch = ResetSwitch::default();
                    let stream = Stream::new(tcp, switch.clone());
                    match tls {
                        None => serve(TokioIo::new(stream), front, switch).await,
                        Some(tls) => {
                            // A failed handshake is the client's news.
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(TokioIo::new(stream), front, switch).await;
                            }
                        }
                    }
                });
            }
        }
    }
}

async fn serve<I>(io: I, front: Arc<Front>, switch: ResetSwitch)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let service = service_fn(move |request| {
        let (front, switch) = (Arc::clone(&front), switch.clone());
        async move { front.handle(request, &switch).await }
    });
    // An error here is a connection that ended early, by the client or by a fault rule.
    let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(io, service).await;
}

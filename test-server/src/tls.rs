//! TLS for the server: from files, or a throw-away private CA with a certificate for loopback.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A server configuration and, for the throw-away CA, what a client must trust.
pub struct Tls {
    /// For the acceptor.
    pub config: Arc<ServerConfig>,
    /// PEM of the CA; `None` when the certificate came from files.
    pub ca_pem: Option<String>,
}

impl Tls {
    /// From a PEM chain and a PEM key. Errors: names the file.
    pub fn from_files(chain: &Path, key: &Path) -> Result<Self, String> {
        let named = |path: &Path, error: String| format!("{}: {error}", path.display());
        let certificates = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect)
            .map_err(|error| named(chain, error.to_string()))?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| named(key, error.to_string()))?;
        Ok(Self { config: config(certificates, private)?, ca_pem: None })
    }

    /// A fresh CA and a certificate for `localhost`, `127.0.0.1` and `::1`.
    pub fn self_made() -> Result<Self, String> {
        Self::self_made_for(&["localhost", "127.0.0.1", "::1"])
    }

    /// A fresh CA and a certificate for these hosts.
    pub fn self_made_for(hosts: &[&str]) -> Result<Self, String> {
        let made = || -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String), rcgen::Error> {
            let ca_key = KeyPair::generate()?;
            let mut ca = CertificateParams::new(Vec::new())?;
            ca.distinguished_name.push(DnType::CommonName, "s3kms throw-away test CA");
            ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            let ca_pem = ca.self_signed(&ca_key)?.pem();
            let issuer = Issuer::new(ca, ca_key);
            let key = KeyPair::generate()?;
            let mut leaf = CertificateParams::new(hosts.iter().map(|&host| host.to_owned()).collect::<Vec<_>>())?;
            leaf.distinguished_name.push(DnType::CommonName, hosts.first().copied().unwrap_or_default());
            leaf.insert_extended_key_usage(rcgen::ExtendedKeyUsagePurpose::ServerAuth);
            // Java's and .NET's path builders want to find the issuer by its key identifier.
            leaf.use_authority_key_identifier_extension = true;
            let certificate = leaf.signed_by(&key, &issuer)?;
            let private =
                PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
            Ok((vec![certificate.der().clone()], private, ca_pem))
        };
        let (chain, key, ca_pem) = made().map_err(|error| format!("the throw-away certificate: {error}"))?;
        Ok(Self { config: config(chain, key)?, ca_pem: Some(ca_pem) })
    }
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Arc<ServerConfig>, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("the certificate and its key: {error}"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

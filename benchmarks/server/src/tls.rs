//! A private CA that lives as long as the server, and a certificate of it for loopback.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Makes the CA, writes its certificate to `ca.pem` in `folder`; returns that path with the server's configuration.
pub fn private_ca(folder: &Path) -> Result<(Arc<ServerConfig>, PathBuf), String> {
    let (chain, key, ca_pem) = certificates().map_err(|error| format!("the certificate: {error}"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let path = folder.join("ca.pem");
    std::fs::write(&path, ca_pem).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((Arc::new(config), path))
}

fn certificates() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>, String), rcgen::Error> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.distinguished_name.push(DnType::CommonName, "s3kms throw-away benchmark CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca_pem = ca.self_signed(&ca_key)?.pem();
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate()?;
    let mut leaf = CertificateParams::new(["localhost", "127.0.0.1"].map(str::to_owned))?;
    leaf.distinguished_name.push(DnType::CommonName, "localhost");
    leaf.insert_extended_key_usage(rcgen::ExtendedKeyUsagePurpose::ServerAuth);
    // Java's and .NET's path builders want to find the issuer by its key identifier.
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((certificate.der().clone(), private, ca_pem))
}

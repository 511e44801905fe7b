//! TLS: rustls with the system's roots (loaded once per process, and only when TLS is used) and the user's own CA.

use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::error::{Error, ErrorKind};
use crate::generated::ClientConfig;

static SYSTEM_ROOTS: OnceCell<RootCertStore> = OnceCell::new();

/// The TLS configuration of a client. `plain`: its endpoint is http, so the system's roots are not needed.
pub(crate) fn client_config(config: &ClientConfig, plain: bool) -> Result<Arc<rustls::ClientConfig>, Error> {
    let own = own_roots(config)?;
    let mut roots = if plain { RootCertStore::empty() } else { system_roots(own.is_empty())?.clone() };
    for (certificate, field) in own {
        roots.add(certificate).map_err(|error| {
            Error::invalid(field, format!("{field} holds a certificate that cannot be used: {error}"))
        })?;
    }
    let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::internal(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(tls))
}

fn system_roots(needed: bool) -> Result<&'static RootCertStore, Error> {
    SYSTEM_ROOTS.get_or_try_init(|| {
        let loaded = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(loaded.certs);
        if added == 0 && needed {
            return Err(Error::new(ErrorKind::Connection, "the system has no root certificates")
                .hint("Install them (Debian: ca-certificates), set SSL_CERT_FILE, or give the client a CA file"));
        }
        Ok(roots)
    })
}

fn own_roots(config: &ClientConfig) -> Result<Vec<(CertificateDer<'static>, &'static str)>, Error> {
    let mut roots = Vec::new();
    if let Some(path) = &config.ca_file {
        let pem = std::fs::read(path)
            .map_err(|error| Error::invalid("ca_file", format!("ca_file {path:?} cannot be read: {error}")))?;
        parse(&pem, "ca_file", &mut roots)?;
    }
    if let Some(pem) = &config.ca_pem {
        parse(pem.as_bytes(), "ca_pem", &mut roots)?;
    }
    Ok(roots)
}

fn parse(
    pem: &[u8],
    field: &'static str,
    roots: &mut Vec<(CertificateDer<'static>, &'static str)>,
) -> Result<(), Error> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| Error::invalid(field, format!("{field} is not valid PEM: {error:?}")))?;
        roots.push((certificate, field));
    }
    if roots.len() == before {
        return Err(Error::invalid(field, format!("{field} holds no certificate"))
            .hint("It must be PEM: -----BEGIN CERTIFICATE-----"));
    }
    Ok(())
}

//! Makes CAs and the certificates that they sign.

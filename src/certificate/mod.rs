//! The serving certificate: where it comes from and how it is exchanged without a restart. Part of the shell.

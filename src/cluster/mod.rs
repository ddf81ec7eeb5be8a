//! Where nodes, namespaces and RuntimeClasses come from: a cluster's API server, or a file. Part of the shell.
//!
//! ```text
//!   kubeconfig  --  access  --  which API server, and who asks
//!   API server  --  connect  --  watch::nodes, namespaces, runtime_classes  --  a callback, with each new snapshot
//!                            |-  storage::volumes, claims, classes            --  the same, where host volumes are looked at
//!                            |-  karpenter::watch                            --  a callback, with each change
//!                            |-  list::known, with karpenter::known         --  one snapshot
//!                            \-  workloads::workloads                       --  what runs, for a scan
//!   file        --  manifests::Source  --  file::read                       --  one snapshot
//! ```

mod access;
mod connect;
mod file;
pub mod karpenter;
mod kubeconfig;
mod list;
pub mod storage;
pub mod watch;
mod workloads;

pub use self::access::Access;
pub use self::connect::{Cluster, Line, connect, in_words};
pub use self::file::{Read, read};
pub use self::list::{Known, known, known_of};
pub use self::workloads::{Scanned, workloads};

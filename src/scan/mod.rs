//! A cluster's objects, brought to the workloads that are judged: a source of workloads beside [`crate::manifests`]. Pure: [`crate::cluster`]
//! lists the objects, and each is reduced here to what is judged before the next page comes.
//!
//! ```text
//!   what makes pods  --  owners  --\
//!                                   group  --  Subjects, by their top owner  --  judged  --  Entries of a report
//!   pods             --  pods    --/
//! ```

mod admission;
mod group;
mod judged;
mod owners;
mod pods;
#[cfg(test)]
mod tests;

pub use self::admission::admission;
pub use self::group::{Subject, subjects};
pub use self::judged::judge;
pub use self::owners::{Key, Object, Owners};
pub use self::pods::Pods;

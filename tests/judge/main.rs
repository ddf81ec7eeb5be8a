//! The core as a whole, by what it promises: a review made here as bytes, a decision compared as a whole. No cluster, no server.

mod exemptions;
mod passes;
mod robust;
mod table;
mod updates;
mod world;

//! The engine held against its specification: readable cases, laws, an independent evaluator, and the JSON contract.

mod cases;
mod contract;
mod explain;
mod fast;
mod generate;
mod laws;
mod naive;
mod world;

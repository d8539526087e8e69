//! Provisioning, on real functions, a simulated vendor, a local S3 and a local SQS.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod accounts;
mod attributes;
mod cast;
mod configuration;
mod dry_run;
mod ends;
mod ends_failing;
mod ends_forged;
mod ends_of_changes;
mod ends_of_leaders;
mod ends_of_roles;
mod ends_overtaken;
mod events;
mod few_requests;
mod grants;
mod ids;
mod interrupted;
mod last_owner;
mod ledger;
mod malformed;
mod malformed_cases;
mod notify;
mod passwords;
mod principals;
mod protected;
mod refusals;
mod roles;
mod rules;
mod stack_modes;
mod support;
mod team_members;
mod teams;
mod telemetry;

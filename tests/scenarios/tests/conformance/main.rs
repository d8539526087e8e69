//! What Rollcall holds at every vendor: one suite, each rule tried with each.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod rules;
mod vendors;

/// Tries each rule with a vendor.
macro_rules! holds_at {
    ($vendor:ident: $($rule:ident)*) => {
        mod $vendor {
            $(
                #[test]
                fn $rule() {
                    super::rules::$rule::<super::vendors::$vendor>();
                }
            )*
        }
    };
}

/// Tries all rules with all vendors.
macro_rules! every_vendor {
    ($($rules:tt)*) => {
        holds_at!(litmos: $($rules)*);
        holds_at!(percipio: $($rules)*);
    };
}

every_vendor! {
    every_page_is_read
    rows_that_come_twice_are_there_once
    a_killed_run_ends_as_an_undisturbed_one
    a_run_of_short_slices_ends_as_an_undisturbed_one
    a_wrong_key_is_told_at_once
    a_key_that_is_changed_meanwhile_is_read_again
    a_key_is_shown_nowhere
    a_share_below_the_limit_is_never_refused
    a_share_above_the_limit_gives_way
    troubles_that_pass_change_nothing
    a_silent_vendor_costs_no_more_than_the_slice
}

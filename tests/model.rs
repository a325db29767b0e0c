//! bourn's windows and joins against a slow, obvious model of them, on random events: small times with many ties,
//! in disorder, of several keys, some without one. Every fate, every row and the step at which it comes must agree.

#[path = "model/bourn.rs"]
mod bourn;
#[path = "model/join.rs"]
mod join;
#[path = "model/marks.rs"]
mod marks;
#[path = "model/windows.rs"]
mod windows;

use marks::{Arrival, Fate};
use proptest::prelude::*;

const CASES: u32 = 1500;

fn events() -> impl Strategy<Value = Vec<Arrival>> {
    let key = prop_oneof![1 => Just(None), 4 => (0..3u8).prop_map(Some)];
    let event = (0..2usize, -12..25i128, key);
    prop::collection::vec(event.prop_map(|(input, time, key)| Arrival { input, time, key }), 0..40)
}

fn window_kind() -> impl Strategy<Value = windows::Kind> {
    prop_oneof![
        (1..12i128).prop_map(windows::Kind::Tumbling),
        (1..12i128, 1..12i128).prop_map(|(size, advance)| windows::Kind::Hopping(size, advance)),
        (0..12i128).prop_map(windows::Kind::Sliding),
        (0..12i128).prop_map(windows::Kind::SlidingAll),
        (0..9i128).prop_map(windows::Kind::Session),
        (1..12i128).prop_map(windows::Kind::Anchored),
    ]
}

fn window_question() -> impl Strategy<Value = windows::Question> {
    let max_ahead = prop::option::weighted(0.2, 0..20i128);
    let parts = (window_kind(), 0..12i128, 0..8i128, prop::bool::weighted(0.2), max_ahead, 1..3usize);
    parts.prop_map(|(kind, lateness, grace, is_late_by_event, max_ahead, inputs)| windows::Question {
        kind,
        lateness,
        grace,
        is_late_by_event,
        max_ahead,
        inputs,
    })
}

fn join_question() -> impl Strategy<Value = join::Question> {
    use join::Kind::{Anti, Inner, Left, Outer, Right, Semi};
    let kind = prop::sample::select(vec![Inner, Left, Right, Outer, Semi, Anti]);
    let max_ahead = prop::option::weighted(0.2, 0..20i128);
    let patience = || [0..12i128, 0..12i128];
    (kind, 0..10i128, 0..10i128, patience(), patience(), max_ahead).prop_map(
        |(kind, before, after, lateness, grace, max_ahead)| join::Question {
            kind,
            before,
            after,
            lateness,
            grace,
            max_ahead,
        },
    )
}

/// How many events had each fate.
fn counts(fates: impl Iterator<Item = Option<Fate>>) -> [usize; 5] {
    let all = [Fate::Used, Fate::PartlyLate, Fate::Late, Fate::SetAside, Fate::Filtered];
    let fates: Vec<Fate> = fates.flatten().collect();
    all.map(|fate| fates.iter().filter(|found| **found == fate).count())
}

/// The late events that were told are those whose fate it was, each with its number.
fn check_late(outputs: &[bourn::Output]) -> Result<(), TestCaseError> {
    let mut number = 0;
    for output in outputs {
        if output.fate == Some(Fate::Late) {
            prop_assert_eq!(output.late.len(), 1, "event {}", number);
            prop_assert_eq!(&output.late[0]["event"]["n"], number, "the event itself is told");
        }
        if output.fate.is_none() || matches!(output.fate, Some(Fate::Used | Fate::SetAside | Fate::Filtered))
        {
            prop_assert_eq!(&output.late, &[] as &[serde_json::Value; 0], "event {}", number);
        }
        number += usize::from(output.fate.is_some());
    }
    Ok(())
}

fn check_windows(
    question: &windows::Question,
    events: &[Arrival],
    tells_ends: bool,
) -> Result<(), TestCaseError> {
    let outputs = bourn::windows(question).run(events, question.inputs, tells_ends);
    check_late(&outputs)?;
    let ours = outputs.iter().map(|output| windows::Step {
        fate: output.fate,
        rows: output.rows.iter().map(bourn::window_row).collect(),
    });
    let ours: Vec<windows::Step> = ours.collect();
    let mut model = windows::Windows::new(question.clone());
    let mut expected = Vec::new();
    for (number, event) in events.iter().enumerate() {
        expected.push(model.on_event(number, event));
        if tells_ends {
            for input in bourn::ending_with(events, question.inputs, number) {
                expected.push(model.on_input_end(input));
            }
        }
    }
    expected.push(model.on_end());
    let fates = |steps: &[windows::Step]| counts(steps.iter().map(|step| step.fate));
    for (at, (ours, expected)) in ours.iter().zip(&expected).enumerate() {
        prop_assert_eq!(ours, expected, "step {}: bourn, then the model", at);
    }
    prop_assert_eq!(fates(&ours), fates(&expected));
    prop_assert_eq!(ours.len(), expected.len());
    Ok(())
}

fn check_join(question: &join::Question, events: &[Arrival], tells_ends: bool) -> Result<(), TestCaseError> {
    let outputs = bourn::join(question).run(events, 2, tells_ends);
    check_late(&outputs)?;
    let ours = outputs.iter().map(|output| {
        let mut rows: Vec<join::Row> = output.rows.iter().map(bourn::join_row).collect();
        // The design says when rows come, and leaves the order of those that come together open.
        rows.sort_unstable();
        join::Step { fate: output.fate, rows }
    });
    let ours: Vec<join::Step> = ours.collect();
    let mut model = join::Join::new(question.clone());
    let mut expected = Vec::new();
    for (number, event) in events.iter().enumerate() {
        expected.push(model.on_event(number, event));
        if tells_ends {
            for input in bourn::ending_with(events, 2, number) {
                expected.push(model.on_input_end(input));
            }
        }
    }
    expected.push(model.on_end());
    let fates = |steps: &[join::Step]| counts(steps.iter().map(|step| step.fate));
    for (at, (ours, expected)) in ours.iter().zip(&expected).enumerate() {
        prop_assert_eq!(ours, expected, "step {}: bourn, then the model", at);
    }
    prop_assert_eq!(fates(&ours), fates(&expected));
    prop_assert_eq!(ours.len(), expected.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_are_those_of_the_model(question in window_question(), events in events(), tells_ends: bool) {
        let mut events = events;
        events.iter_mut().for_each(|event| event.input %= question.inputs);
        check_windows(&question, &events, tells_ends)?;
    }

    #[test]
    fn joins_are_those_of_the_model(question in join_question(), events in events(), tells_ends: bool) {
        check_join(&question, &events, tells_ends)?;
    }
}

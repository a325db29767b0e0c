//! What holds for windows whatever the events are.

use super::*;

proptest::proptest! {
    #[test]
    fn hopping_windows_from_panes_are_those_that_are_counted_each(
        events in proptest::collection::vec((0u32..60, proptest::sample::select(vec!["a", "b", "c", "\\n", "a key that is too long to lie in place"])), 0..120),
        times in 2i128..5,
        (lateness, has_extreme) in (proptest::sample::select(vec!["0s", "5s", "40s"]), proptest::bool::ANY),
    ) {
        let (size, advance) = (Duration(times * 2 * SECOND), Duration(2 * SECOND));
        let raster = Raster::Fixed { size, advance };
        let mut question = question(Kind::Raster(raster), lateness, "0s");
        if has_extreme {
            question.aggregates = &["n=count(.t)", "m=max(.t)", "l=list(.t)"];
        }
        let told = |counts_each: bool| {
            let mut run = Run::new(&question);
            if counts_each {
                let specs = &run.windows.job.specs;
                run.windows.state = Box::new(raster::Rasters::new(raster, None, specs).expect("windows"));
            }
            let fates: Vec<Fate> = events
                .iter()
                .map(|(second, key)| run.event(&format!("10:00:{second:02}"), key, 0).expect("it runs"))
                .collect();
            run.windows.on_end(&mut run.results).expect("it ends");
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
            (text(&run.results.rows), text(&run.results.late), fates)
        };
        proptest::prop_assert_eq!(told(false), told(true));
    }

    #[test]
    fn the_largest_rows_are_the_same_where_only_they_are_made(
        events in proptest::collection::vec((0u32..60, 0u8..5), 0..80),
        hopping in proptest::option::of(1i128..4),
        top in 0usize..4,
        ties in proptest::bool::ANY,
    ) {
        let size = Duration(6 * SECOND);
        let advance = hopping.map_or(size, |advance| Duration(advance * SECOND));
        let kind = Kind::Raster(Raster::Fixed { size, advance });
        let wanted = Wanted { top: Some(top), ties, per_window: true, first_result: Some("n"), ..Wanted::default() };
        let shaped = |largest: Option<usize>| {
            let mut run = Run::new(&question(kind, "5s", "0s"));
            run.windows = run.windows.showing_largest(largest);
            for (second, key) in &events {
                run.event(&format!("10:00:{second:02}"), &key.to_string(), 0).expect("it runs");
            }
            run.windows.on_end(&mut run.results).expect("it ends");
            let (mut shape, mut out) = (Shape::parse(&wanted).expect("options"), Vec::new());
            shape.push_all(&run.results.rows, &mut out).expect("rows");
            shape.finish(&mut out).expect("rows");
            (String::from_utf8(out).expect("UTF-8"), run.results.rows.len())
        };
        let (all, few) = (shaped(None), shaped(wanted.largest_of_window()));
        proptest::prop_assert_eq!(all.0, few.0);
        proptest::prop_assert!(few.1 <= all.1);
    }
}

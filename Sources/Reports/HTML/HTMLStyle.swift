/// The page's looks, and the little script that filters the table of instructions.
///
/// Colours follow Okabe and Ito's palette, which readers with any colour vision tell apart; a
/// letter and a pattern say the same.
enum HTMLStyle {
  static let sheet: StaticString = """

    :root {
      --paper: #fdfcf9; --panel: #f5f2eb; --ink: #1c1c1e; --quiet: #686762; --rule: #ddd8cc;
      --blue: #0b5c9c; --blue-soft: #dbe9f5; --on-blue: #fff; --red: #c03f05;
      --red-soft: #fbe3d6; --on-red: #fff; --amber: #e3a01b; --on-amber: #1c1c1e;
      --grey: #e9e5da; --on-grey: #33322e; --plum: #7d4a78; --on-plum: #fff;
      --plum-soft: #f0e2ee; --stripe: rgb(255 255 255 / .22);
      --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Palatino,
        Georgia, "Liberation Serif", serif;
      --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans",
        Arial, sans-serif;
      --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono",
        monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15171a; --panel: #1e2125; --ink: #e9e7e2; --quiet: #a09e97; --rule: #34373c;
        --blue: #6db3ee; --blue-soft: #17324a; --on-blue: #0d1a26; --red: #ff8a55;
        --red-soft: #482312; --on-red: #2a0f02; --amber: #f0bb4a; --on-amber: #1c1c1e;
        --grey: #2c3036; --on-grey: #cfccc4; --plum: #d3a1cd; --on-plum: #2b1528;
        --plum-soft: #3d2a3b; --stripe: rgb(0 0 0 / .16);
      }
    }
    *, *::before, *::after { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
    @media (prefers-reduced-motion: reduce) {
      html { scroll-behavior: auto; }
    }
    body {
      margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 var(--sans);
      font-variant-numeric: tabular-nums;
    }
    .masthead, main { max-width: 1160px; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem); }
    main { padding-bottom: 6rem; }
    h1, h2, h3, .headline, .condition { font-family: var(--serif); text-wrap: balance; }
    h1 {
      font-size: clamp(2.2rem, 6vw, 3.6rem); line-height: 1.08; margin: .1em 0 .3em;
      font-weight: 600; letter-spacing: -.015em;
    }
    h2 {
      font-size: 1.75rem; line-height: 1.2; margin: 4.5rem 0 1rem; padding-top: .8rem;
      border-top: 2px solid var(--ink); font-weight: 600;
    }
    h3 { font-size: 1.2rem; line-height: 1.3; margin: 2.2rem 0 .6rem; font-weight: 600; }
    p { margin: .6rem 0; max-width: 46em; }
    a { color: var(--blue); text-decoration-thickness: 1px; text-underline-offset: .18em; }
    a:focus-visible, summary:focus-visible, input:focus-visible {
      outline: 3px solid var(--blue); outline-offset: 2px;
    }
    code, pre { font-family: var(--mono); font-size: .88em; }
    a.mnemonic {
      font-family: var(--mono); font-size: .9em; text-decoration: none; white-space: nowrap;
    }
    a.mnemonic:hover { text-decoration: underline; }
    .quiet { color: var(--quiet); }
    .scroll { overflow-x: auto; }

    .masthead { padding-top: clamp(2rem, 6vw, 4.5rem); }
    .kicker {
      font-size: .82rem; letter-spacing: .12em; text-transform: uppercase; color: var(--quiet);
      margin: 0;
    }
    .subject { font-size: 1.02rem; }
    .manual {
      font-family: var(--serif); font-style: italic; color: var(--quiet); margin: .2rem 0;
    }
    nav {
      display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; margin: 1.6rem 0 0; font-size: .95rem;
    }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    #verdict h2 { margin-top: 2.4rem; }

    .headline {
      font-size: clamp(1.45rem, 3vw, 2.05rem); line-height: 1.28; max-width: 32em;
      margin: .4rem 0 1rem;
    }
    .caveat {
      border-left: 4px solid var(--red); padding: .2rem 0 .2rem 1rem; font-size: 1.05rem;
    }
    .holds, .fails, .undecided { white-space: nowrap; font-weight: 650; }
    .holds { color: var(--blue); }
    .fails { color: var(--red); }
    strong.undecided { color: var(--plum); }
    .theorems {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.1rem;
      margin: 1.8rem 0;
    }
    .theorem { background: var(--panel); border-radius: 10px; padding: 1.2rem 1.4rem 1.1rem; }
    .theorem h3 { margin: 0; font-size: 1.35rem; }
    .theorem h3 span { display: block; font: 400 .92rem/1.4 var(--sans); color: var(--quiet); }
    .condition { font-style: italic; font-size: 1.02rem; line-height: 1.4; min-height: 2.9em; }
    .theorem dl {
      display: grid; grid-template-columns: 5.2rem 1fr; gap: .45rem .4rem; margin: .8rem 0 0;
      padding-top: .8rem; border-top: 1px solid var(--rule);
    }
    .theorem dt { color: var(--quiet); }
    .theorem dd { margin: 0; }
    .violators { display: block; line-height: 1.5; font-size: .95rem; }

    .shares { display: flex; gap: 3px; margin: 1.8rem 0 2.2rem; }
    .share { flex-basis: 0; min-width: 7.5rem; }
    .bar { display: block; height: 1.15rem; border-radius: 3px; }
    .figure {
      display: block; font-size: .88rem; line-height: 1.3; color: var(--quiet);
      padding: .4rem .5rem 0 0;
    }
    .figure b { display: block; font: 600 1.55rem/1.1 var(--serif); color: var(--ink); }

    .privileged { background-color: var(--blue); color: var(--on-blue); }
    .violator {
      background-color: var(--red); color: var(--on-red);
      background-image: repeating-linear-gradient(135deg, transparent 0 6px, var(--stripe) 6px
        10px);
    }
    .sensitive { background-color: var(--amber); color: var(--on-amber); }
    .innocuous { background-color: var(--grey); color: var(--on-grey); }
    span.undecided, a.undecided {
      background-color: var(--plum); color: var(--on-plum);
      background-image: radial-gradient(var(--stripe) 1.6px, transparent 1.8px);
      background-size: 7px 7px;
    }
    .badge {
      display: inline-grid; place-items: center; width: 1.55rem; height: 1.55rem;
      border-radius: 5px; font: 700 .88rem/1 var(--sans); flex: none;
    }

    .readings { columns: 24rem 2; column-gap: 3rem; margin: 1.2rem 0 0; }
    .readings > div { break-inside: avoid; padding-bottom: 1.1rem; }
    .readings dt { font: 600 1.06rem/1.4 var(--serif); }
    .readings dd { margin: 0; font-size: .98rem; }
    .preconditions { list-style: none; padding: 0; margin: 1.2rem 0 0; }
    .preconditions li {
      display: grid; grid-template-columns: 7rem 11rem 1fr; gap: .2rem 1rem; padding: .65rem 0;
      border-top: 1px solid var(--rule);
    }
    .preconditions li.unmet {
      background: var(--red-soft); box-shadow: 0 0 0 .6rem var(--red-soft);
      border-color: transparent; clip-path: inset(0 -.6rem);
    }

    .figures { display: grid; gap: 1rem 2.5rem; align-items: start; }
    .figures.two { grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); }
    figure { margin: 1rem 0; }
    figcaption { font-family: var(--serif); font-style: italic; color: var(--quiet); }
    .figures figcaption { font-size: 1.1rem; text-align: center; }
    svg.sets { display: block; width: 100%; max-width: 780px; margin: 0 auto; height: auto; }
    .set-ground { fill: var(--paper); }
    .stripe-ground { fill: var(--red-soft); }
    .stripe { fill: var(--red); opacity: .22; }
    .set-privileged {
      fill: var(--blue); fill-opacity: .13; stroke: var(--blue); stroke-width: 2.5;
    }
    .set-sensitive { fill: none; stroke: var(--red); stroke-width: 2.5; }
    .set-user {
      fill: none; stroke: var(--red); stroke-width: 1.6; stroke-dasharray: 2 6;
      stroke-linecap: round;
    }
    svg text { text-anchor: middle; fill: var(--ink); font-family: var(--sans); }
    svg .set-name { font: 600 25px var(--serif); }
    svg .set-part { font: italic 18px var(--serif); fill: var(--quiet); }
    svg .set-count { font: 600 42px var(--serif); }
    svg .set-count.none { fill: var(--quiet); opacity: .45; }
    svg .set-count.bad { fill: var(--red); }
    svg .set-members { font: 16px var(--mono); }
    .members { margin: .6rem 0 0; }
    .members > div {
      display: grid; grid-template-columns: minmax(11rem, 17rem) 1fr; gap: 0 1.2rem;
      padding: .5rem .7rem; border-top: 1px solid var(--rule);
    }
    .members dt b { display: inline-block; min-width: 1.9rem; }
    .members dd { margin: 0; }
    .members .forbidden { background: var(--red-soft); }
    .two .members > div { grid-template-columns: 1fr; }

    table { border-collapse: separate; border-spacing: 0; }
    table.map {
      border-spacing: 2px; width: 100%; min-width: 58rem; table-layout: fixed; margin: .8rem 0;
    }
    .map caption {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    }
    .map th, .map thead td {
      font: 500 .82rem var(--mono); color: var(--quiet); width: 2rem; padding: 0;
    }
    .map thead th { width: auto; padding-bottom: .2rem; }
    .map tbody td { height: 2.55rem; padding: 0; border-radius: 4px; overflow: hidden; }
    .map td.empty {
      color: var(--rule); text-align: center;
      border: 1px solid color-mix(in srgb, var(--rule) 55%, transparent);
    }
    .cell {
      display: flex; flex-direction: column; gap: 1px; min-height: 2.55rem; border-radius: 4px;
      overflow: hidden;
    }
    .cell > * {
      flex: 1; display: grid; place-items: center; position: relative; overflow: hidden;
      font: 500 .8rem/1.2 var(--mono); text-decoration: none; white-space: nowrap;
    }
    .cell > a:hover { text-decoration: underline; }
    .cell > .long { font-size: .66rem; }
    .cell > .more { flex: 0 0 1rem; font-size: .68rem; }
    .cell sup { position: absolute; top: 1px; right: 3px; font: 700 .58rem/1 var(--sans); }
    .legend { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; font-size: .95rem; }
    .legend > span { display: inline-flex; align-items: center; gap: .5rem; }

    .filter {
      display: flex; flex-wrap: wrap; gap: .8rem 2rem; align-items: center; margin: 1rem 0;
      font-size: .95rem;
    }
    .filter[hidden] { display: none; }
    .filter label { display: inline-flex; align-items: center; gap: .45rem; margin-right: 1rem; }
    .filter fieldset { border: 0; padding: 0; margin: 0; }
    .filter legend { float: left; margin-right: 1rem; color: var(--quiet); }
    .filter input[type=search] {
      font: inherit; width: min(22rem, 60vw); padding: .4rem .7rem;
      border: 1px solid var(--rule); border-radius: 6px; background: var(--paper);
      color: inherit;
    }
    .key { font-size: .92rem; color: var(--quiet); max-width: none; }
    .key .letter { color: var(--red); font-family: var(--mono); margin-left: .5rem; }
    .key .letter:first-child { margin-left: 0; }
    .chapter h3 { font-size: 1.35rem; margin: 2.4rem 0 .5rem; }
    .chapter h3 span { font: 400 .95rem var(--sans); color: var(--quiet); margin-left: .6rem; }
    .chapter[hidden], .instruction[hidden] { display: none; }
    .instruction { border-top: 1px solid var(--rule); }
    .instruction:last-child { border-bottom: 1px solid var(--rule); }
    .instruction > summary {
      display: grid; grid-template-columns: 1.55rem 6.2rem 1fr 6.6rem; gap: 0 .9rem;
      align-items: baseline; padding: .5rem .4rem; cursor: pointer; list-style: none;
    }
    .instruction > summary::-webkit-details-marker { display: none; }
    .instruction > summary:hover, .instruction[open] > summary, .instruction:target > summary {
      background: var(--panel);
    }
    .instruction .badge { align-self: start; margin-top: .1rem; }
    .instruction .name { font-weight: 600; font-size: 1rem; overflow-wrap: anywhere; }
    .what b { font-family: var(--serif); font-weight: 600; font-size: 1.06rem; }
    .reason { display: block; color: var(--quiet); font-size: .95rem; line-height: 1.45; }
    .letters {
      display: grid; grid-template-columns: repeat(6, 1fr); text-align: center;
      font-family: var(--mono);
    }
    .letters i { font-style: normal; color: var(--quiet); opacity: .6; }
    .letters b { color: var(--red); }
    .letters b.open { color: var(--plum); }
    .body {
      padding: .8rem .4rem 2rem 2.85rem;
      background: linear-gradient(var(--panel), transparent 5rem);
    }
    .syntax { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .4rem 0; }
    .syntax code { font-size: 1.02rem; font-weight: 600; }
    .encoding {
      display: flex; width: max-content; min-width: min(100%, 36rem); max-width: none;
      margin: .3rem 0 .6rem; padding-left: 1px;
    }
    .bits { flex: 1 0 2.6rem; text-align: center; }
    .bits small {
      display: flex; justify-content: space-between; gap: .5rem; padding: 0 .25rem;
      font: .72rem var(--mono); color: var(--quiet);
    }
    .bits i { font-style: normal; }
    .bits > span {
      display: block; border: 1px solid var(--ink); margin-left: -1px; padding: .2rem .55rem;
      font: .9rem var(--mono); background: var(--paper);
    }
    .bits.fixed > span { background: var(--blue-soft); font-weight: 600; }
    .bits.unused > span {
      color: var(--quiet);
      background: repeating-linear-gradient(135deg, transparent 0 5px, var(--grey) 5px 7px);
    }
    .cite { font-family: var(--serif); margin: .3rem 0; color: var(--quiet); }
    .semantics { margin: .8rem 0 1rem; }
    .semantics figcaption { font: .8rem var(--mono); }
    .semantics pre {
      margin: .2rem 0 0; padding: .8rem 1rem; background: var(--panel); border-radius: 8px;
      overflow-x: auto; line-height: 1.5;
    }
    .comment { color: var(--quiet); font-style: italic; }
    .string { color: var(--plum); }
    .literal { color: var(--red); }
    .keyword { color: var(--blue); font-weight: 600; }
    .evidence { list-style: none; margin: .4rem 0; padding: 0; font-size: .96rem; }
    .evidence > li {
      display: grid; grid-template-columns: 15rem 4.6rem 1fr; gap: 0 1rem; padding: .35rem 0;
      border-top: 1px solid var(--rule);
    }
    .evidence .witness, .evidence .evidence { grid-column: 1 / -1; }
    .claim { font-weight: 550; }
    .by { color: var(--quiet); }
    .answer { font-weight: 650; }
    .answer.proved { color: var(--blue); }
    .telling > .answer.refuted { color: var(--red); }
    .answer.unknown { color: var(--plum); }
    .evidence .evidence { margin: .2rem 0 0 1.5rem; }
    .case { border-left: 3px solid var(--rule); padding-left: 1rem; margin: 1rem 0; }
    .case h4 { display: flex; gap: .6rem; align-items: center; margin: 0; font-size: 1rem; }

    .witness { margin: .5rem 0 .6rem; }
    .witness summary { cursor: pointer; }
    .witness summary code { margin-right: .9em; }
    .witness table { font-size: .9rem; margin-top: .4rem; min-width: min(100%, 34rem); }
    .witness th { text-align: left; font-weight: 550; vertical-align: bottom; }
    .witness th, .witness td {
      padding: .25rem .9rem .25rem .6rem; border-bottom: 1px solid var(--rule);
    }
    .witness thead th { color: var(--quiet); font-size: .85rem; }
    .witness thead tr:first-child th[colspan] {
      color: var(--ink); border-left: 2px solid var(--rule);
    }
    .witness tbody td:nth-child(even), .witness tfoot td { border-left: 2px solid var(--rule); }
    .witness th small { color: var(--quiet); margin-left: .5rem; }
    .unchanged { color: var(--quiet); }
    .witness .telling .changed { background: var(--red-soft); font-weight: 650; }
    .witness .telling th code { color: var(--red); }
    .witness .varied td:nth-child(even) { background: var(--blue-soft); }
    .witness tfoot { font-weight: 600; }
    .statistics { width: 100%; min-width: 42rem; }
    .statistics th, .statistics td {
      text-align: left; padding: .5rem 1.2rem .5rem 0; border-top: 1px solid var(--rule);
      vertical-align: baseline;
    }
    .statistics thead th { color: var(--quiet); font-weight: 500; border: 0; }
    .statistics td.number { text-align: right; padding-right: 2rem; }
    .gauge {
      display: block; width: 7rem; padding-left: .4rem;
      background: linear-gradient(90deg, var(--blue-soft) var(--share), transparent var(--share));
      border-left: 2px solid var(--blue);
    }

    @media (max-width: 700px) {
      body { font-size: 16px; }
      h2 { margin-top: 3.2rem; }
      .shares { flex-wrap: wrap; gap: .8rem; }
      .share { flex: 1 1 8rem; }
      .preconditions li { grid-template-columns: 6.4rem 1fr; }
      .preconditions li > span { grid-column: 1 / -1; }
      .members > div { grid-template-columns: 1fr; }
      .instruction > summary { grid-template-columns: 1.55rem 1fr auto; gap: 0 .7rem; }
      .what { grid-column: 1 / -1; grid-row: 2; }
      .letters { grid-template-columns: repeat(6, .85rem); }
      .body { padding-left: .4rem; }
      .evidence > li { grid-template-columns: 1fr auto; }
      .by { grid-column: 1 / -1; }
    }
    @media print {
      :root { --paper: #fff; --panel: #f6f6f6; --ink: #000; --quiet: #444; --rule: #bbb; }
      body { font-size: 10pt; }
      nav, .filter { display: none; }
      h2 { break-after: avoid; }
      .theorem, .instruction > summary, figure { break-inside: avoid; }
      .bar, .badge, .cell > *, .bits span {
        print-color-adjust: exact; -webkit-print-color-adjust: exact;
      }
      table.map { min-width: 0; }
    }

    """

  static let script: StaticString = """
    <script>
    (() => {
      const form = document.querySelector(".filter");
      if (!form) return;
      form.hidden = false;
      const rows = [...document.querySelectorAll(".instruction")].map(row =>
        ({ row, text: row.querySelector("summary").textContent.toLowerCase() }));
      const apply = () => {
        const wanted = form.querySelector("[type=search]").value.trim().toLowerCase();
        const shades = new Set([...form.querySelectorAll(":checked")].map(box => box.value));
        for (const { row, text } of rows)
          row.hidden = !shades.has(row.dataset.shade) || !text.includes(wanted);
        for (const chapter of document.querySelectorAll(".chapter"))
          chapter.hidden = !chapter.querySelector(".instruction:not([hidden])");
      };
      form.addEventListener("input", apply);
      form.addEventListener("submit", event => event.preventDefault());
      const open = () => {
        const target = location.hash && document.getElementById(location.hash.slice(1));
        if (target && target.matches(".instruction")) { target.hidden = false; target.open = true; }
      };
      addEventListener("hashchange", open);
      open();
    })();
    </script>

    """
}

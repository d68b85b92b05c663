/// What pages about running guests look like beyond the common sheet.
enum VerificationStyle {
  static let sheet: StaticString = """

    :root {
      --x-reflected: #e3a01b; --x-interpreted: #0b5c9c; --x-mapped: #7d4a78;
      --x-interruption: #0f8a6d; --x-supervisor: #c03f05; --x-preempted: #8d897c;
      --x-idle: #cbc5b6;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --x-reflected: #f0bb4a; --x-interpreted: #6db3ee; --x-mapped: #d3a1cd;
        --x-interruption: #4fc9a8; --x-supervisor: #ff8a55; --x-preempted: #8b8a85;
        --x-idle: #54575c;
      }
    }
    .agreement { font-size: 1.12rem; max-width: 46em; }
    .theorem ul {
      list-style: none; margin: .8rem 0 0; padding: .8rem 0 0; border-top: 1px solid var(--rule);
    }
    .theorem li { padding: .12rem 0; }
    .theorem .status { margin: 0 0 .2rem; }
    .reflected { background: var(--x-reflected); }
    .interpreted { background: var(--x-interpreted); }
    .mapped { background: var(--x-mapped); }
    .interruption { background: var(--x-interruption); }
    .supervisor { background: var(--x-supervisor); }
    .preempted { background: var(--x-preempted); }
    .idle { background: var(--x-idle); }
    .swatch {
      display: inline-block; width: 1.1rem; height: 1.1rem; border-radius: 3px; flex: none;
    }
    .legend .cause { color: var(--quiet); }

    .profile { width: 100%; min-width: 46rem; }
    .profile th, .profile td {
      text-align: left; padding: .5rem .8rem .5rem .4rem; vertical-align: middle;
      border-top: 1px solid var(--rule);
    }
    .profile thead th { color: var(--quiet); font-weight: 500; border: 0; vertical-align: bottom; }
    .profile td.number, .profile th.number { text-align: right; white-space: nowrap; }
    .profile th small { display: block; font-weight: 400; color: var(--quiet); max-width: 24rem; }
    .profile .wide { width: 34%; }
    .profile tbody th { width: 24%; }
    .exits { display: flex; height: 1.15rem; min-width: 2px; border-radius: 3px; overflow: hidden; }
    .exits > span { flex-basis: 0; min-width: 1px; }
    .level { display: block; height: 1.15rem; border-radius: 3px; background: var(--blue); }
    tr.parted { background: var(--red-soft); }
    .what-differs { color: var(--red); font-weight: 550; }

    .cell > span.plain { background: var(--grey); color: var(--on-grey); }
    .hole { background: var(--red); color: var(--on-red); }
    .predicted { background: var(--amber); color: var(--on-amber); }
    .observed { background: var(--plum); color: var(--on-plum); }
    .plain { background: var(--grey); color: var(--on-grey); }
    .smallest { display: grid; gap: 1rem; margin: 1.2rem 0; }
    .smallest article { background: var(--panel); border-radius: 10px; padding: 1rem 1.4rem; }
    .smallest h4 { margin: 0 0 .5rem; font: 600 1.1rem var(--mono); }
    .smallest dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .35rem .8rem; margin: 0; }
    .smallest dt { color: var(--quiet); }
    .smallest dd { margin: 0; overflow-wrap: anywhere; }
    .smallest code { margin-right: 1em; white-space: nowrap; }

    svg.turns { display: block; width: 100%; height: auto; margin: .6rem 0 2rem; }
    svg.turns text { text-anchor: end; font: 15px var(--sans); }
    svg.turns text.axis { fill: var(--quiet); font-size: 13px; }
    svg.turns text.start { text-anchor: start; }
    svg.turns text.middle { text-anchor: middle; }
    svg.turns .lane { fill: var(--panel); }
    svg.turns .ran { fill: var(--blue); }
    svg.turns .ran.parted { fill: var(--red); }
    svg.turns .ins { fill: var(--x-interruption); }
    svg.turns .outs { fill: var(--x-reflected); }
    svg.turns .grid { stroke: var(--rule); stroke-width: 1; }

    @media print {
      .exits > span, .level, .swatch, svg.turns * {
        print-color-adjust: exact; -webkit-print-color-adjust: exact;
      }
    }

    """
}

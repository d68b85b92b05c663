import ISACore

/// A machine as another machine with changes: `amend`, `remove`, replaced and added items.
struct Delta {
  let base: [ChapterItem]
  let changes: [ChapterItem]

  func apply(reporting diagnostics: inout [Diagnostic]) -> [ChapterItem] {
    // How control advances is one statement in several lines: a delta that has one replaces them all.
    let advances = changes.contains { $0.item.isAdvance }
    var items = advances ? base.filter { !$0.item.isAdvance } : base
    for change in changes {
      switch change.item.kind {
      case .amend(let amendment):
        guard let index = instruction(amendment.name.text, in: items) else {
          diagnostics.append(missing(amendment.name))
          continue
        }
        guard case .instruction(let old) = items[index].item.kind else { continue }
        let new = amended(old, by: amendment)
        if isEmpty(amendment) {
          diagnostics.append(
            Diagnostic(
              .staleDelta, "this amend of `\(amendment.name.text)` changes nothing",
              at: amendment.name.span))
        }
        items[index].item = ItemSyntax(.instruction(new), at: change.item.span)
      case .amendMonitor(let amendment):
        amend(&items, by: amendment, reporting: &diagnostics)
      case .remove(let name):
        guard let index = instruction(name.text, in: items) ?? named(name.text, in: items) else {
          diagnostics.append(missing(name))
          continue
        }
        items.remove(at: index)
      default:
        if let key = change.item.key, let index = items.firstIndex(where: { $0.item.key == key }) {
          items[index] = change
        } else {
          items.append(change)
        }
      }
    }
    return items
  }

  private func missing(_ name: Identifier) -> Diagnostic {
    Diagnostic(.staleDelta, "the base has no `\(name.text)` to change", at: name.span)
  }

  private func instruction(_ name: String, in items: [ChapterItem]) -> Int? {
    items.firstIndex {
      if case .instruction(let instruction) = $0.item.kind {
        instruction.name.text == name
      } else {
        false
      }
    }
  }

  private func named(_ name: String, in items: [ChapterItem]) -> Int? {
    items.firstIndex {
      $0.item.key?.hasSuffix(" \(name)") == true || ($0.item.isMonitor && name == "monitor")
    }
  }

  /// Adds to the base's `monitor` block. The lists `direct` and `owned` go on; of any other part
  /// the new one stands in the place of the old.
  private func amend(
    _ items: inout [ChapterItem], by new: MonitorSyntax, reporting diagnostics: inout [Diagnostic]
  ) {
    guard let index = items.firstIndex(where: { $0.item.isMonitor }),
      case .monitor(var block) = items[index].item.kind
    else {
      diagnostics.append(
        Diagnostic(.staleDelta, "the base has no `monitor` to change", at: new.header))
      return
    }
    if new.parts.isEmpty {
      diagnostics.append(
        Diagnostic(.staleDelta, "this amend of `monitor` changes nothing", at: new.header))
    }
    let replaced = Set(new.parts.compactMap(\.key))
    block.parts.removeAll { part in part.key.map(replaced.contains) == true }
    block.parts += new.parts
    items[index].item.kind = .monitor(block)
  }

  private func isEmpty(_ amendment: InstructionSyntax) -> Bool {
    amendment.title == nil && amendment.syntax == nil && amendment.citations.isEmpty
      && amendment.encodes.isEmpty && amendment.body.isEmpty && amendment.expectations.isEmpty
      && amendment.tests.isEmpty && amendment.before.isEmpty
  }

  private func amended(
    _ old: InstructionSyntax, by new: InstructionSyntax
  ) -> InstructionSyntax {
    var result = old
    result.title = new.title ?? old.title
    result.syntax = new.syntax ?? old.syntax
    if !new.citations.isEmpty { result.citations = new.citations }
    if !new.encodes.isEmpty { result.encodes = new.encodes }
    if !new.body.isEmpty { result.body = new.body }
    result.body = new.before + result.body
    // What was expected of the base is no claim about the variant.
    result.expectations = new.expectations
    result.tests = new.tests
    result.span = new.span
    return result
  }
}

extension ItemSyntax {
  fileprivate var isAdvance: Bool {
    if case .advance = kind { true } else { false }
  }

  fileprivate var isMonitor: Bool {
    if case .monitor = kind { true } else { false }
  }

  /// What a later item of a delta replaces: the kind and name of a declaration.
  fileprivate var key: String? {
    switch kind {
    case .machine: "machine"
    case .numbering: "numbering"
    case .endian: "endian"
    case .manual(let name, _, _): "manual \(name.text)"
    case .const(let name, _): "const \(name.text)"
    case .layout(let name, _, _): "layout \(name.text)"
    case .register(let name, _, _, _): "register \(name.text)"
    case .memory(let name, _, _, _, _): "memory \(name.text)"
    case .region(let name, _, _, _, _): "region \(name.text)"
    case .translate(let name, _, _, _, _): "translate \(name.text)"
    case .place(let name, _, _, _): "place \(name.text)"
    case .function(let name, _, _, _): "function \(name.text)"
    case .action(let name, _, _): "action \(name.text)"
    case .choice(let name, _, _, _, _, _): "choice \(name.text)"
    case .trap(let name, _, _, _, _, _): "trap \(name.text)"
    case .entry(let name, _, _): "entry \(name.text)"
    case .undefined(_, let beyond): beyond == nil ? "undefined" : "undefined beyond"
    case .fetch: "fetch"
    case .wait: "wait"
    case .modes(let name, _, _): "modes \(name.text)"
    case .invariant(let name, _): "invariant \(name.text)"
    case .assume(let name, _): "assume \(name.text)"
    case .shift: "shift"
    case .draft: "draft"
    case .reset: "reset"
    case .begin: "begin"
    case .interrupt(let name, _, _, _): "interrupt \(name.text)"
    case .tick(let name, _, _): "tick \(name.text)"
    case .context(let name, _, _): "context \(name.text)"
    case .prefix(let name, _, _, _): "prefix \(name.text)"
    case .operand(let name, _, _, _): "operand \(name.text)"
    case .instruction(let instruction): "instr \(instruction.name.text)"
    case .conformance: "conformance"
    case .device(let device): "device \(device.name.text)"
    case .alias(let written, _): "alias \"\(written.text)\""
    case .ieee: "ieee"
    case .monitor: "monitor"
    // These declare no name that a later item could replace.
    case .advance, .include, .family, .expectTheorem, .amend, .amendMonitor, .remove: nil
    }
  }
}

import ISACore

/// `conformance`: how single-step data names the machine's state.
extension Elaborator {
  func elaborateConformance(_ syntax: ConformanceSyntax) {
    guard let memoryID = memoryID(syntax.memory) else { return }
    var names = ConformanceNames(isa: syntax.isa.text, memory: memoryID, names: [], blockLists: [])
    for entry in syntax.entries {
      if entry.block != nil {
        guard !entry.isGiven, entry.parts == nil else {
          report(
            Diagnostic(
              .wrongKind, "a list by blocks stands for one file, and is always compared",
              at: entry.span))
          continue
        }
        if let list = blockList(entry) { names.blockLists.append(list) }
      } else if let parts = entry.parts {
        if let list = list(entry, parts, at: names.names.count) {
          names.names += list.names
          names.lists.append(list.list)
        }
      } else {
        names.names += self.names(entry).map { $0.given(entry.isGiven) }
      }
    }
    names.begin = syntax.begin.map { block(parameters: [], $0, rights: [.write, .inOrder]) }
    set.conformance = names
  }

  /// `GDTR = [gdtr.base, gdtr.limit]`: names `GDTR[0]` and `GDTR[1]`, and the list of them.
  private func list(
    _ entry: ConformanceEntrySyntax, _ parts: [ExpressionSyntax], at first: Int
  ) -> (list: ConformanceNames.List, names: [ConformanceNames.Name])? {
    guard entry.first.text == entry.last.text, entry.start == nil else {
      report(
        Diagnostic(.argumentCount, "a list of places stands for one name", at: entry.span))
      return nil
    }
    guard parts.count <= Limits.elements else {
      report(
        Diagnostic(
          .limitExceeded, "a list has \(Limits.elements) places at most", at: entry.span))
      return nil
    }
    let name = entry.first.text
    let names = parts.enumerated().compactMap { offset, part in
      self.name("\(name)[\(offset)]", part)?.given(entry.isGiven)
    }
    guard names.count == parts.count else { return nil }
    return (.init(name: name, names: first..<first + names.count), names)
  }

  /// `keys = storage_key block 2048 shift 3`.
  private func blockList(_ entry: ConformanceEntrySyntax) -> ConformanceNames.BlockList? {
    guard case .name(let file) = entry.place, case .register(let id)? = symbol(file.text),
      set.registers[Int(id)].isFile
    else {
      report(
        Diagnostic(
          .wrongKind, "a list by blocks stands for a file of registers", at: entry.place.span))
      return nil
    }
    use(file.text)
    guard let block = entry.block,
      let units = integer(block, in: 1...Int(Int32.max), what: "a block")
    else { return nil }
    let shift = entry.shift.flatMap { integer($0, in: 0...64, what: "a shift") } ?? 0
    return .init(name: entry.first.text, register: id, block: UInt64(units), shift: shift)
  }

  /// `CC = psw.cc`, `R0..R15 = gr`, `O0..O7 = r from 8`.
  private func names(_ entry: ConformanceEntrySyntax) -> [ConformanceNames.Name] {
    var file: Register?
    if case .name(let name) = entry.place, case .register(let id)? = symbol(name.text),
      set.registers[Int(id)].isFile
    {
      file = set.registers[Int(id)]
    }
    let isRun = entry.first.text != entry.last.text
    guard file != nil || isRun || entry.start != nil else {
      return [name(entry.first.text, entry.place)].compactMap(\.self)
    }
    var start = 0
    if let syntax = entry.start {
      guard let number = integer(syntax, in: 0...Limits.elements, what: "where a run starts") else {
        return []
      }
      start = number
    }
    guard let run = nameRun(entry) else {
      report(
        Diagnostic(
          .argumentCount,
          "a run goes from a name that ends in a number to the same name with a larger one",
          at: entry.span))
      return []
    }
    if let file, start + run.count > file.count {
      report(
        Diagnostic(
          .argumentCount,
          "`\(file.name)` has \(file.count) elements, not as many as there are names",
          at: entry.span))
      return []
    }
    var names: [ConformanceNames.Name] = []
    for (offset, text) in run.enumerated() {
      guard let place = element(start + offset, of: entry.place),
        let name = name(text, place)
      else { return names }
      names.append(name)
    }
    return names
  }

  /// `gr` → `gr[n]`, `r` → `r(n)`, `window(0)` → `window(0, n)`.
  private func element(_ n: Int, of syntax: ExpressionSyntax) -> ExpressionSyntax? {
    let number = ExpressionSyntax.number(UInt128(n), width: nil, syntax.span)
    switch syntax {
    case .name(let name):
      if case .register? = symbol(name.text) { return .index(syntax, number, syntax.span) }
      return .call(name, [number], syntax.span)
    case .call(let name, let arguments, let span): return .call(name, arguments + [number], span)
    default:
      report(
        Diagnostic(.wrongKind, "a run stands for a file or a place with numbers", at: syntax.span))
      return nil
    }
  }

  private func name(_ text: String, _ syntax: ExpressionSyntax) -> ConformanceNames.Name? {
    let program = ProgramElaborator(self, rights: [.write])
    guard let place = program.place(syntax) else { return nil }
    guard case .register(let id, let index, let low, let width) = place.place else {
      report(
        Diagnostic(.notConstant, "a register, an element or a field is wanted", at: syntax.span))
      return nil
    }
    guard let index else {
      return .init(name: text, register: id, element: 0, low: low, width: width)
    }
    if let element = program.builder.constantValue(index) {
      return .init(name: text, register: id, element: Int(element), low: low, width: width)
    }
    let local = program.builder.makeLocal(
      "element", width: program.builder.width(index), at: syntax.span)
    program.builder.emit(.assign(local, index), at: syntax.span)
    program.builder.setResult(local)
    return .init(
      name: text, register: id, element: 0, low: low, width: width,
      index: program.builder.finish())
  }

  /// `R0..R15` → R0, R1, …, R15.
  private func nameRun(_ entry: ConformanceEntrySyntax) -> [String]? {
    guard entry.first.text != entry.last.text else { return [entry.first.text] }
    func split(_ name: String) -> (String, Int)? {
      let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(String(digits.reversed())) else { return nil }
      return (String(name.dropLast(digits.count)), number)
    }
    guard let (stem, first) = split(entry.first.text), let (other, last) = split(entry.last.text),
      stem == other, first <= last, last - first < Limits.elements
    else { return nil }
    return (first...last).map { "\(stem)\($0)" }
  }
}

extension ConformanceNames.Name {
  fileprivate func given(_ isGiven: Bool) -> Self {
    var name = self
    name.isGiven = isGiven
    return name
  }
}

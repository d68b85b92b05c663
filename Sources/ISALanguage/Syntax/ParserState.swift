import ISACore

// What a machine consists of and how it is reached: layouts, registers, memories, and the names,
// functions and sequences computed from them.
extension FileParser {
  // MARK: - Layouts and registers

  /// `layout PSW : 64 { key 8..11 map … }`.
  mutating func layout() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a layout's name")
    try expect(.colon)
    let width = try expression()
    var fields: [LayoutFieldSyntax] = []
    try braced(commas: true) { (parser) throws(ParseFailure) in
      fields.append(try parser.layoutField())
    }
    return .layout(name, width: width, fields: fields)
  }

  /// `problem 15 mode { 0 = supervisor, 1 = user }`.
  private mutating func layoutField() throws(ParseFailure) -> LayoutFieldSyntax {
    let start = token
    let name = try identifier("a field's name")
    let first = try expression()
    let last = take(.dotDot) ? try expression() : nil
    let role = try role()
    var values: [(value: ExpressionSyntax, name: Identifier)] = []
    if at(.leftBrace), isOnSameLine {
      try braced(commas: true) { (parser) throws(ParseFailure) in
        let value = try parser.expression()
        try parser.expect(.equals)
        values.append((value: value, name: try parser.identifier("a name for the value")))
      }
    }
    return LayoutFieldSyntax(
      name: name, first: first, last: last, role: role, values: values, span: span(from: start))
  }

  /// `register psw : PSW` or `register gr[16] : 32 plain`.
  mutating func register() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a register's name")
    var count: ExpressionSyntax?
    if take(.leftBracket) {
      count = try expression()
      try expect(.rightBracket)
    }
    try expect(.colon)
    let type = try type()
    let role = token.kind == .word && !token.startsLine ? try role() : nil
    return .register(name, count: count, type: type, role: role)
  }

  // MARK: - Memories

  /// `memory storage : 24 -> 8 plain size 0x1000000`.
  mutating func memory() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a memory's name")
    try expect(.colon)
    let addressWidth = try expression()
    try expect(.arrow)
    let unitWidth = try expression()
    let role = try role()
    let size = take(.size) ? try expression() : nil
    return .memory(name, addressWidth: addressWidth, unitWidth: unitWidth, role: role, size: size)
  }

  /// `region timer = storage[80..83] timer`.
  mutating func region() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a region's name")
    try expectEquals()
    let memory = try identifier("a memory's name")
    try expect(.leftBracket)
    let first = try expression()
    try expect(.dotDot)
    let last = try expression()
    try expect(.rightBracket)
    return .region(name, memory: memory, first: first, last: last, role: try role())
  }

  /// `translate storage(a, intent) granule 2048 { … result a }`.
  mutating func translate() throws(ParseFailure) -> ItemSyntax.Kind {
    let memory = try identifier("a memory's name")
    try expect(.leftParenthesis)
    let address = try identifier("a name for the address")
    try expect(.comma)
    let intent = try identifier("a name for the intent")
    try expect(.rightParenthesis)
    let granule = take(.granule) ? try expression() : nil
    return .translate(
      memory, address: address, intent: intent, granule: granule, body: try block())
  }

  /// `fetch storage at psw.ia chunk 2 { require … }`.
  mutating func fetch() throws(ParseFailure) -> ItemSyntax.Kind {
    let memory = try identifier("a memory's name")
    try expect(.at)
    let address = try expression()
    let chunk = take(.chunk) ? try expression() : nil
    let body = at(.leftBrace) && isOnSameLine ? try block() : []
    return .fetch(memory: memory, at: address, chunk: chunk, body: body)
  }

  /// `advance psw.ia := psw.ia + length`.
  mutating func advanceRule() throws(ParseFailure) -> ItemSyntax.Kind {
    let place = try expression()
    try expectAssign()
    return .advance(place: place, value: try expression())
  }

  // MARK: - What is computed

  /// `place pair(r : 4) : 64 = gr[r] ++ gr[r | 1]`.
  mutating func place() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a place's name")
    let parameters = try optionalParameters()
    try expect(.colon)
    let type = try type()
    try expectEquals()
    return .place(name, parameters: parameters, type: type, try expression())
  }

  /// `function address(b : 4, d : 12) : 24 = …` or `{ … result e }`.
  mutating func function() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a function's name")
    let parameters = try optionalParameters()
    try expect(.colon)
    let type = try type()
    let body: [StatementSyntax]
    if at(.leftBrace) {
      body = try block()
    } else {
      try expectEquals()
      let value = try expression()
      body = [StatementSyntax(.result(value), at: value.span)]
    }
    return .function(name, parameters: parameters, type: type, body: body)
  }

  /// `action set_cc(v : 2) { … }`.
  mutating func action() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("an action's name")
    let parameters = try optionalParameters()
    return .action(name, parameters: parameters, body: try block())
  }

  /// `context data16 : 1 = e`.
  mutating func context() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a context's name")
    try expect(.colon)
    let type = try type()
    try expectEquals()
    return .context(name, type: type, initial: try expression())
  }

  // MARK: - Traps

  /// `trap svc(n : 8) = supervisor_call(n) label "svc:{0}" cite poo "…"`.
  mutating func trap() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a trap's name")
    let parameters = try optionalParameters()
    try expectEquals()
    let entry = try identifier("an entry's name")
    let arguments = at(.leftParenthesis) && isOnSameLine ? try arguments() : []
    var label: StringLiteral?
    var citations: [CitationSyntax] = []
    while true {
      if take(.label) {
        label = try string("the trap's name in conformance data, in quotes")
      } else if at(.cite) {
        citations.append(try citation())
      } else {
        break
      }
    }
    return .trap(
      name, parameters: parameters, entry: entry, arguments: arguments, label: label,
      citations: citations)
  }

  /// `entry program(code : 16) { … }`.
  mutating func entry() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("an entry's name")
    let parameters = try optionalParameters()
    return .entry(name, parameters: parameters, body: try block())
  }

  /// `undefined trap operation as program`, `undefined beyond 15 trap too_long as program`.
  mutating func undefined() throws(ParseFailure) -> ItemSyntax.Kind {
    let beyond = take(.beyond) ? try expression() : nil
    try expect(.trap)
    return .undefined(try trapReference(wantsClass: true), beyond: beyond)
  }
}

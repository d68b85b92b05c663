import ISACore

// What runs guests and what stands outside the processor: the `monitor` block and devices.
extension FileParser {
  // MARK: - The monitor block

  /// `{ storage E reserve 16 granule 16 … }`, the word `monitor` before it read already.
  mutating func monitor() throws(ParseFailure) -> MonitorSyntax {
    let header = span(tokens[index - 1])
    var parts: [MonitorPartSyntax] = []
    try braced { (parser) throws(ParseFailure) in parts.append(try parser.monitorPart()) }
    return MonitorSyntax(parts: parts, header: header)
  }

  private mutating func monitorPart() throws(ParseFailure) -> MonitorPartSyntax {
    let first = token
    let keyword = token.keyword
    guard Self.monitorWords.contains(keyword) else {
      throw unknown("part of `monitor`", among: Self.monitorWords.map(\.rawValue))
    }
    advance()
    switch keyword {
    case .storage:
      let memory = try identifier("a memory's name")
      try expect(.reserve)
      let reserve = try expression()
      try expect(.granule)
      let granule = try expression()
      return MonitorPartSyntax(
        .storage(memory, reserve: reserve, granule: granule), at: span(from: first))
    case .direct:
      return MonitorPartSyntax(.direct(try expressionList()), at: span(from: first))
    case .owned:
      return MonitorPartSyntax(.owned(try expressionList()), at: span(from: first))
    case .attached:
      let file = try expression()
      try expect(.block)
      let units = try expression()
      return MonitorPartSyntax(.attached(file, block: units), at: span(from: first))
    case .keep:
      var list: [(ExpressionSyntax, ExpressionSyntax)] = []
      try equations(into: &list)
      return MonitorPartSyntax(.keep(list), at: span(from: first))
    case .recover:
      let entry = try identifier("an entry's name")
      let header = span(from: first)
      return MonitorPartSyntax(.recover(entry, body: try block()), at: header)
    case .map, .install, .remove:
      let names = try parenthesized { (parser) throws(ParseFailure) in
        try parser.identifier("a name")
      }
      let header = span(from: first)
      let body = try block()
      switch keyword {
      case .map: return MonitorPartSyntax(.map(names, body: body), at: header)
      case .install: return MonitorPartSyntax(.install(names, body: body), at: header)
      default: return MonitorPartSyntax(.remove(names, body: body), at: header)
      }
    default:
      let header = span(first)
      let body = try block()
      switch keyword {
      case .start: return MonitorPartSyntax(.start(body), at: header)
      case .flush: return MonitorPartSyntax(.flush(body), at: header)
      case .resume: return MonitorPartSyntax(.resume(body), at: header)
      default: return MonitorPartSyntax(.preempt(body), at: header)
      }
    }
  }

  private static let monitorWords: [Keyword] = [
    .storage, .direct, .owned, .attached, .map, .start, .recover, .install, .remove, .flush,
    .preempt, .resume, .keep,
  ]

  /// `a, psw.pc`.
  private mutating func expressionList() throws(ParseFailure) -> [ExpressionSyntax] {
    var list: [ExpressionSyntax] = []
    repeat { list.append(try expression()) } while take(.comma)
    return list
  }

  // MARK: - Devices

  /// `device console "terminal" { data = console.last }`.
  mutating func device() throws(ParseFailure) -> ItemSyntax.Kind {
    let name = try identifier("a device's name")
    let model = try string("the name of its model in quotes")
    var attachments: [DeviceAttachmentSyntax] = []
    try braced(commas: true) { (parser) throws(ParseFailure) in
      let first = parser.token
      let key = try parser.identifier("the name of an attachment")
      try parser.expectEquals()
      let value = try parser.expression()
      attachments.append(
        DeviceAttachmentSyntax(key: key, value: value, span: parser.span(from: first)))
    }
    return .device(DeviceSyntax(name: name, model: model, attachments: attachments))
  }
}

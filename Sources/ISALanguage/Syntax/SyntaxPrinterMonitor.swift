import ISACore

extension SyntaxWriter {
  mutating func monitor(_ header: String, _ syntax: MonitorSyntax) {
    block(header) {
      for part in syntax.parts { $0.monitorPart(part.kind) }
    }
  }

  private mutating func monitorPart(_ kind: MonitorPartSyntax.Kind) {
    switch kind {
    case .storage(let memory, let reserve, let granule):
      line(
        "storage \(memory.text) reserve \(Self.text(of: reserve)) granule \(Self.text(of: granule))"
      )
    case .direct(let list): line("direct \(Self.list(list))")
    case .owned(let list): line("owned \(Self.list(list))")
    case .attached(let file, let units):
      line("attached \(Self.text(of: file)) block \(Self.text(of: units))")
    case .keep(let list):
      line(
        "keep "
          + list.map { "\(Self.text(of: $0.0)) = \(Self.text(of: $0.1))" }.joined(separator: ", "))
    case .map(let names, let body): block("map(\(Self.list(names)))") { $0.statements(body) }
    case .start(let body): block("start") { $0.statements(body) }
    case .recover(let entry, let body):
      block("recover \(entry.text)") { $0.statements(body) }
    case .install(let names, let body):
      block("install(\(Self.list(names)))") { $0.statements(body) }
    case .remove(let names, let body):
      block("remove(\(Self.list(names)))") { $0.statements(body) }
    case .flush(let body): block("flush") { $0.statements(body) }
    case .preempt(let body): block("preempt") { $0.statements(body) }
    case .resume(let body): block("resume") { $0.statements(body) }
    }
  }

  mutating func device(_ device: DeviceSyntax) {
    let column = (device.attachments.map(\.key.text.count).max() ?? 0) + 1
    block("device \(device.name.text) \(Self.quoted(device.model))") {
      for attachment in device.attachments {
        $0.line(
          "\(Self.pad(attachment.key.text, to: column))= \(Self.text(of: attachment.value))")
      }
    }
  }
}

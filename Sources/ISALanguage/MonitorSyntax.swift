import ISACore

/// A `monitor` block, or the lines of an `amend monitor`, as parsed.
public struct MonitorSyntax: Sendable {
  /// In the order written, which means nothing.
  public var parts: [MonitorPartSyntax]
  /// The block's first line.
  public var header: SourceSpan

  public init(parts: [MonitorPartSyntax], header: SourceSpan) {
    self.parts = parts
    self.header = header
  }
}

/// One line or program of a `monitor` block.
public struct MonitorPartSyntax: Sendable {
  public var kind: Kind
  /// The part's first line: where a message about all of it points.
  public var span: SourceSpan

  public init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  public enum Kind: Sendable {
    /// `storage E reserve 16 granule 16`.
    case storage(Identifier, reserve: ExpressionSyntax, granule: ExpressionSyntax)
    /// `direct a, psw.pc`: registers, fields and slices; the checker wants no others.
    case direct([ExpressionSyntax])
    /// `owned psw.code`.
    case owned([ExpressionSyntax])
    /// `attached storage_key block 2048`: one element a block of the storage, and it travels with it.
    case attached(ExpressionSyntax, block: ExpressionSyntax)
    /// `map(origin, extent, guest) { … }`.
    case map([Identifier], body: [StatementSyntax])
    case start([StatementSyntax])
    /// `recover program { … }`.
    case recover(Identifier, body: [StatementSyntax])
    /// `install(va, ra, guest) { … }`, or with `fetch, load, store` behind these.
    case install([Identifier], body: [StatementSyntax])
    /// `remove(va, guest) { … }`.
    case remove([Identifier], body: [StatementSyntax])
    case flush([StatementSyntax])
    case preempt([StatementSyntax])
    case resume([StatementSyntax])
    /// `keep memory[0x1000, 4] = 0`: places and values.
    case keep([(ExpressionSyntax, ExpressionSyntax)])
  }
}

extension MonitorPartSyntax {
  /// What the part is called where there may be one of its kind: `map`, `recover program`. Nil for
  /// the lists `direct`, `owned` and `keep`, which go on from line to line, and for `attached`, where a file
  /// that stands twice is found out like any other.
  var key: String? {
    switch kind {
    case .direct, .owned, .attached, .keep: nil
    case .storage(let memory, _, _): "storage \(memory.text)"
    case .map: "map"
    case .start: "start"
    case .recover(let entry, _): "recover \(entry.text)"
    case .install: "install"
    case .remove: "remove"
    case .flush: "flush"
    case .preempt: "preempt"
    case .resume: "resume"
    }
  }
}

/// `device console "terminal" { data = console.last }`.
public struct DeviceSyntax: Sendable {
  public var name: Identifier
  public var model: StringLiteral
  public var attachments: [DeviceAttachmentSyntax]

  public init(name: Identifier, model: StringLiteral, attachments: [DeviceAttachmentSyntax]) {
    self.name = name
    self.model = model
    self.attachments = attachments
  }
}

/// One `key = …` of a device.
public struct DeviceAttachmentSyntax: Sendable {
  public var key: Identifier
  public var value: ExpressionSyntax
  public var span: SourceSpan

  public init(key: Identifier, value: ExpressionSyntax, span: SourceSpan) {
    self.key = key
    self.value = value
    self.span = span
  }
}

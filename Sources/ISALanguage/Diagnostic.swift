import ISACore

/// One message about a description: one cause, one message, always with a place.
public struct Diagnostic: Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable, CaseIterable { case error, warning }

  /// A second place that explains the first.
  public struct Note: Sendable, Hashable {
    public var message: String
    public var span: SourceSpan
    public init(_ message: String, at span: SourceSpan) {
      self.message = message
      self.span = span
    }
  }

  /// A change of the text that would mend it.
  public struct Fix: Sendable, Hashable {
    /// Stated, not asked: "write `zext(d, 24)`".
    public var message: String
    public var span: SourceSpan
    public var replacement: String
    public init(_ message: String, at span: SourceSpan, replacement: String) {
      self.message = message
      self.span = span
      self.replacement = replacement
    }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// Stands alone; starts in lower case, no full stop.
  public var message: String
  public var span: SourceSpan
  public var notes: [Note]
  public var fix: Fix?

  public init(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan,
    severity: Severity = .error, notes: [Note] = [], fix: Fix? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.notes = notes
    self.fix = fix
  }
}

extension Diagnostic {
  /// What is said once, however often it is found.
  struct Key: Hashable {
    var code: DiagnosticCode
    var span: SourceSpan
  }

  var key: Key { Key(code: code, span: span) }
}

/// Mistakes that a monitor can make, to be made on purpose: a verification that does not notice
/// them is worth nothing.
public enum Mutation: String, CaseIterable, Sendable {
  /// A supervisor call is neither reflected nor interpreted.
  case swallowsCalls = "swallows-calls"
  /// A trap with something done already is not handed on.
  case forgetsReflection = "forgets-reflection"
  /// After an interruption another step is made unasked.
  case interruptsTwice = "interrupts-twice"
  /// What runs directly takes no virtual time.
  case virtualTimeStandsStill = "virtual-time-stands-still"
  /// The monitor's own work counts as the guest's: the timer ticks in the wrong world.
  case countsExitsAsTime = "counts-exits-as-time"
  /// The host keeps the mode that the virtual machine has: the real status word leaks.
  case leaksMode = "leaks-mode"
  /// The map of the guest that ran before stays in place.
  case keepsMap = "keeps-map"
  /// What was mapped stays so when the guest changes its map.
  case keepsStaleMappings = "keeps-stale-mappings"
  /// A mapping is made to the page behind the right one.
  case mapsNextPage = "maps-next-page"
  /// State that travels with storage (keys) stays behind.
  case forgetsAttached = "forgets-attached"
  /// The guest's registers are not copied back.
  case forgetsToCopyBack = "forgets-to-copy-back"
  /// The registers are taken as the trap's entry left them.
  case forgetsRecovery = "forgets-recovery"
  /// A page that is written to the drum comes back empty.
  case losesPages = "loses-pages"
  /// The windows on a page that was taken away stay open.
  case keepsWindows = "keeps-windows"
  /// The processor is not asked for when a guest's time is over.
  case doesNotPreempt = "does-not-preempt"
  /// Tables of the guest are mapped like any other storage: their changes go unseen.
  case mapsTables = "maps-tables"
  /// Mappings are made without the marks that an access leaves in the guest's tables.
  case forgetsToRecord = "forgets-to-record"
  /// Storage is allotted one block too far.
  case allotsTooMuch = "allots-too-much"
}

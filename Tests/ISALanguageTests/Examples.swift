/// One text for every form of the grammar.
enum Examples {
  static let items = [
    #"machine s360 "IBM System/360""#,
    #"machine b : a "a \"typed\" delta""#,
    "numbering msb0",
    "endian little",
    #"manual poo = "GA22-6821-8""#,
    #"manual poo = "GA22-6821-8" { section "Load PSW" 72  section "A" A-3, section "B" 136.1 }"#,
    """
    manual poo = "GA22-6821-8" {
      section "Load PSW"
      section "Programs" "pp. 15..17"
      section "The section" xii
    }
    """,
    #"include "branching.isa""#,
    "const N = 8 * (4 + 1)",
    """
    layout PSW : 64 {
      key     8..11 map
      problem 15 mode { 0 = supervisor, 1 = user }
      cc      34..35 plain,
      ia      40..N - 1 pc {
        0 = nowhere
      }
    }
    """,
    "register psw : PSW",
    "register gr[16] : 32 plain",
    "register x : 2 * N plain",
    "memory storage : 24 -> 8 plain size 0x1000000",
    "memory io : 16 -> 8 device",
    "region timer = storage[80..83] timer",
    "translate storage(a, intent) granule 2048 { result a }",
    "translate storage(a, intent) {\n result a\n}",
    "place pair(r : 4) : 64 = gr[r] ++ gr[r | 1]",
    "place sp : 16 = r[6]",
    "function address(b : 4, d : 12) : 24 = trunc(gr[b] + zext(d), 24)",
    """
    function address(b : 4, d : 12) : 24 {
      if b == 0 {
        result zext(d, 24)
      }
      result any
    }
    """,
    "action set_cc(v : 2) { psw.cc := v }",
    "action nothing {}",
    #"choice decimal : 1 = 1 "decimal feature""#,
    #"choice decimal : 1 = 1 "decimal feature" { cite poo "Decimal Feature" }"#,
    #"choice size : 32 = 0x1000 "storage" cite poo "Storage" values 0x1000, 0x2000"#,
    "choice size : 32 = 4096 \"storage\" {\n  cite poo \"Storage\"\n  values 1, 2\n}",
    #"trap protection = program(4) label "program:4:protection" cite poo "Protection""#,
    #"trap svc(n : 8) = supervisor_call(n) label "svc:{0}" cite poo "Supervisor Call""#,
    "trap reset_pressed = restart\n  cite poo \"Restart\"\n  cite poo \"More\"",
    #"entry program(code : 16) { cite poo "Program Interruption" }"#,
    "undefined trap operation as program",
    "undefined trap operation(3, x) as program",
    "fetch storage at psw.ia chunk 2 { require psw.ia[23] == 0 else trap specification as program }",
    "fetch storage at pc",
    "advance psw.ia := psw.ia + length",
    "draft \"the far transfers are missing\"",
    "wait when psw.wait == 1",
    "undefined beyond 15 trap too_long as program",
    "prefix lock only (ADD, XCHG) {\n  encode 0xF0:8\n  locked := 1\n}",
    "modes problem { user psw.problem == 1 supervisor psw.problem == 0 }",
    "modes ring {\n  supervisor cpl == 0\n  user cpl == 3 and vm == 0\n}",
    "invariant aligned = pc[0] == 0",
    "assume iopl = eflags.iopl == 0",
    "shift(x : 8) { r.base := r.base + x }",
    "begin(a : 32) { pc := a }",
    "begin(a : 24) elf 9, N + 1 {\n  psw.ia := a\n}",
    "reset {\n  psw := 0\n  gr[0] := any\n}",
    "interrupt io priority 4 when pending == 1 and psw.mask == 1 trap io(channel[0].device)",
    "interrupt restart priority 0 when any trap restart",
    "tick interval_timer every 1000 { timer := timer - 1 }",
    "context data16 : 1 = cs.d",
    "prefix opsize { encode 0x66:8 data16 := 1 }",
    "prefix lock {\n  encode 0xF0:8\n}",
    """
    operand Ea(w) : w {
      case dn       "D{n}"   encode 0b000:3 n:3   place d[n][w - 1..0]
      case postinc  "(A{n})+"
        encode  0b011:3 n:3
        address a[n]
        effect  a[n] := a[n] + w / 8
        effect  b := 1
        place   memory[address, w / 8]
      case disp "{x:signed}(A{n})" encode 0b101:3 n:3 ; x:16 address a[n] + sext(x, 32) place
        memory[address, w / 8]
    }
    """,
    "operand Count() : 5 { case number \"{n}\" encode 1:1 n:5 value n }",
    "operand Named(n : 3) : 8 { case r \"r\" where n == 4 place r8[4] }",
    "operand Rm(reg : 3) : 8 { case r \"r{n}\" encode 3:2 reg:3 n:3 where n != 4 place r8[n] }",
    """
    instr MOVE "Move" {
      syntax "MOVE {src},\\\\{ \\[\\"{dst}\\""
      cite   prm "MOVE"
      cite   prm "Effective Addresses"
      encode 0:2 0b11:2 dst:Ea(16) only (dn, postinc) src:Ea(16) except (dn) src.ext dst.ext
             sbz:4 ignored:(N * 2) x:N
             where r != 4 and data16 == 0 over OTHER, THIRD
      encode 0x4E71:16
      dst := src
      expect not privileged, innocuous
      test "moves" { given d[0] = 5, d[1] = 6 units "30 01" then d[0] = 6 }
      test "traps" {
        given d[0] = 5,
          d[1] = 6
        given a[0] = 7
        units "30 01"
        trap  address_error
        then  d[0] = 5, d[1] = 6
      }
    }
    """,
    """
    for (M, OP, T, F) in { (AR, 0x1A, "Add", add32), (SR, 0x1B, "Subtract", sub32)
      (CR, 25, "Compare", compare)
    } {
      instr M "{T}" {
        encode OP:8 r1:4 r2:4
        gr[r1] := F(gr[r1], gr[r2], OP:8)
      }
      for N in { 1, 2, A } { const x = N }
    }
    """,
    """
    conformance "s360" memory storage {
      R0..R15 = gr
      CC = psw.cc, keys = storage_key block 2048 shift 3
    }
    """,
    """
    conformance "sparc-v8" memory memory {
      O0..O7 = r from 8
      W0.L0..W0.L7 = window(0) from 16
      state.pc = pc
    }
    """,
    """
    conformance "ia32" memory storage {
      given GDTR = [gdtr.base, gdtr.limit]
      given cpl = cpl, given = x, begin = y
      begin {
        let low : 8 = real storage[gdtr.base]
        cs.base := low
      }
    }
    """,
    "expect theorem1 holds",
    "expect theorem3 strict fails",
    "amend LPSW {\n  before require sr.s == 1 else trap privilege_violation as privilege\n}",
    """
    amend LPSW "Another title" {
      before {
        require a else trap t as program
        x := 1
      }
      cite poo "Somewhere"
    }
    """,
    "remove LPSW",
    """
    device console "terminal" {
      data = console.last, strobe = console.count
      page = storage
      port = 0x3F8
    }
    """,
    #"device nothing "card reader" {}"#,
    #"alias "retl" = "jmpl %o7 + 8, %g0""#,
    #"alias "set {v}, \[{rd}\]" = "sethi {v}, {rd}", "or {rd}, {v}, {rd}""#,
    "monitor {}",
    """
    monitor {
      storage E reserve 2 * N granule 16
      storage F reserve 0 granule 1
      direct  a, psw.pc,
        psw[0..7]
      owned   psw.code
      owned   map, key.start
      attached storage_key block 2 * N
      keep    E[7] = 0, E[16, 4] = N + 1
      map(origin, extent, guest) {
        psw.base := psw.base + origin
      }
      start { real E[1] := 0 }
      recover exchange {
        psw := real E[0]
      }
      recover start {}
      install(va, ra, guest) {
        partial {
          for i : 4 in 0 .. 15 { slot[i] := 0 }
        }
        result 1
      }
      remove(va, guest) {
        slot[va] := 0
      }
      flush { slot[0] := 0 }
      preempt { timer := 0 }
    }
    """,
    "amend monitor {\n  owned clock\n  flush {}\n}",
    "amend monitor \"Set up monitor\" {\n  before x := 1\n}",
    "remove monitor",
  ]

  static let statements = [
    "require psw.problem == 0\n  else trap privileged_operation\n  as privilege",
    "require (a == b) else trap t(1, x) as program",
    "trap svc(n) as call",
    "let a = address(b1, d1)",
    "let new : PSW = storage[a, 8]",
    "var x : 8 = 0",
    "var x : 2 * w = any",
    "psw := new with { code = any, ilc = any }",
    "gr[r1][0..7] := 1",
    "real storage[24, 8] := psw",
    "pair(r) := 0",
    "a ++ b := c",
    "when w == 1 then a else b := c",
    "if a {}",
    "if a == b { x := 1 } else { y := 2 }",
    "if a { x := 1 }\nelse if b { x := 2 }\nelse if c { f() }\nelse { x := 3 }",
    "for i : 8 in 0 .. 255 { x := i }",
    "for i : 8 in a + 1 .. n - 1 bound 256 {\n  x := i\n}",
    "while x != 0 bound 16 { x := x - 1 }",
    "partial {\n  a := 1\n  b := 2\n}",
    "unpredictable { a := 1 } or { a := 2 } or {}",
    "unpredictable { a := 1 }\nor { f(1) }",
    "perform storage[a, 2] ++ 0:8 nested trap execute",
    "probe storage[a + 1, 2] as store",
    "set_cc(1)",
    "set_cc(\n  1,\n  2)",
    "result a + b",
    #"cite poo "Program Interruption""#,
    "require := 1",
    "trap[3] := 1",
    "partial.x := 1",
    "test(1)",
    "encode(1)",
  ]
}

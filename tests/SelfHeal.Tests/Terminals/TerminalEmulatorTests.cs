using System.Text;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using SelfHeal.Terminals;
using Xunit;

namespace SelfHeal.Tests.Terminals;

public sealed class TerminalEmulatorTests
{
    private const int Limit = 60_000;

    // pieces of what programs write, whole and broken, between random bytes
    private static readonly string[] Pieces =
    [
        "text", "é", "語", "e\u0301", "😀", "\r\n", "\n", "\b", "\t", "\e[", "\e[2J", "\e[K", "\e[1K", "\e[3;4H", "\e[5;9r", "\e[r", "\e[2L",
        "\e[9M", "\e[3P", "\e[2@", "\e[4X", "\e[99A", "\e[99B", "\e[99C", "\e[99D", "\eM", "\eD", "\e7", "\e8", "\e[?1049h", "\e[?1049l",
        "\e[?6h", "\e[?6l", "\e[?7l", "\e[?7h", "\e[4h", "\e[4l", "\e(0lqk\e(B", "\x0e", "\x0f", "\e]0;title\a", "\e]0;a\e\\", "\eP1;2\e\\", "\e[99999b", "\e[0;1;38:2:1:2:3m",
        "\ec", "\e[!p", "\e#8", "\e[I", "\e[3Z", "\e[3g", "\eH", "\e[6n", "\e[c", "\e[S", "\e[2T", "\x18", "\e[999999999999;8H", "\e[?1;2;3;4l",
    ];

    private static readonly Gen<byte[]> Bytes =
        from parts in Gen.OneOf(
            Gen.Elements(Pieces).Select(Encoding.UTF8.GetBytes),
            Gen.Choose(0, 255).Select(b => new[] { (byte)b })).ListOf()
        select parts.SelectMany(part => part).ToArray();

    [Theory]
    [InlineData("one\r\ntwo", "one\ntwo")]
    [InlineData("abcdefghijklm", "abcdefghij\nklm")] // wraps when the next character comes
    [InlineData("abcdefghij\r\nk", "abcdefghij\nk")] // and not before
    [InlineData("\e[?7labcdefghijklm", "abcdefghim")]
    [InlineData("1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5")]
    [InlineData("abc\e[2Dx", "axc")]
    [InlineData("abc\e[2;3Hd\e[Ae", "abce\n  d")]
    [InlineData("abc\r\e[Kd", "d")]
    [InlineData("abc\e[2D\e[1Kd", " dc")]
    [InlineData("abc\e[2J\e[Hd", "d")]
    [InlineData("abcd\e[3D\e[Px", "axd")]
    [InlineData("abcd\e[3D\e[2@x", "ax bcd")]
    [InlineData("abcd\e[3D\e[2Xx", "ax d")]
    [InlineData("abcd\e[3D\e[4hxy", "axybcd")]
    [InlineData("1\r\n2\r\n3\e[1;1H\e[L0", "0\n1\n2\n3")]
    [InlineData("1\r\n2\r\n3\e[1;1H\e[M", "2\n3")]
    [InlineData("1\r\n2\r\n3\r\n4\e[2;3r\e[3;1H\nx", "1\n3\nx\n4")] // the region scrolls, the rest stays
    [InlineData("1\r\n2\r\n3\r\n4\e[2;3r\e[2;1H\eMx", "1\nx\n2\n4")]
    [InlineData("\e[2;3r\e[?6h\e[1;1Hx", "\nx")] // line 1 is the region's first
    [InlineData("main\e[?1049h\e[Hother\e[?1049l", "main")]
    [InlineData("main\e[?1049h\e[Hother", "other")]
    [InlineData("\e7abc\e8x", "xbc")]
    [InlineData("a\tb", "a       b")]
    [InlineData("a\e[3b", "aaaa")]
    [InlineData("\e(0lqk\e(Bq", "┌─┐q")]
    [InlineData("\e[1;31mred\e[0m\e]0;a title\a!", "red!")]
    [InlineData("héé", "héé")]
    [InlineData("語語語語語語", "語語語語語\n語")]
    [InlineData("123456789語", "123456789\n語")] // a wide one does not fit into the last column
    [InlineData("語\e[2Dx", "x")] // half of it covered: the other half goes
    [InlineData("語\bx", " x")]
    [InlineData("e\u0301x", "e\u0301x")]
    [InlineData("a\e[31\u0018b", "ab")]
    public void What_is_written_is_seen(string written, string seen)
    {
        var terminal = new TerminalEmulator(4, 10);
        terminal.Write(Encoding.UTF8.GetBytes(written));
        terminal.Screen.Text.TrimEnd('\n').Should().Be(seen);
    }

    [Fact]
    public void Wrong_utf8_is_shown_as_replacement_characters()
    {
        var terminal = new TerminalEmulator(1, 20);
        terminal.Write([(byte)'a', 0xC3, (byte)'b', 0xFF, 0xE2, 0x82, 0xED, 0xA0, 0x80, (byte)'c']);
        terminal.Screen.Text.Should().Be("a\uFFFDb\uFFFD\uFFFD\uFFFDc");
    }

    [Fact]
    public void It_answers_where_the_cursor_is_and_what_it_is()
    {
        var answers = new StringBuilder();
        new TerminalEmulator(4, 10, bytes => answers.Append(Encoding.ASCII.GetString(bytes))).Write("ab\r\nc\e[6n\e[5n\e[c"u8);
        answers.ToString().Should().Be("\e[2;2R\e[0n\e[?1;2c");
    }

    [Fact]
    public void A_smaller_screen_keeps_the_row_of_the_cursor()
    {
        var terminal = new TerminalEmulator(4, 10);
        terminal.Write("1\r\n2\r\n3\r\n4 and more"u8);
        terminal.Resize(2, 5);
        terminal.Screen.Text.Should().Be("3\n4 and");
        terminal.Resize(3, 10);
        terminal.Write("\r\nnew"u8);
        terminal.Screen.Text.Should().Be("3\n4 and\nnew");
    }

    /// <summary>500 random texts, each cut at every place.</summary>
    [Fact(Timeout = Limit)]
    public void Where_the_bytes_are_cut_makes_no_difference() => Prop.ForAll(Bytes.ToArbitrary(), bytes =>
    {
        string whole = Show([bytes]);
        return whole == Show(bytes.Select(b => new[] { b }))
            && Enumerable.Range(0, bytes.Length).All(cut => whole == Show([bytes[..cut], bytes[cut..]]));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));

    /// <summary>10,000 random texts, on screens of all small sizes that change in between.</summary>
    [Fact(Timeout = Limit)]
    public void Nothing_that_is_written_breaks_it() => Prop.ForAll(
        Bytes.Two().Zip(Gen.Choose(1, 12).Four()).ToArbitrary(), given =>
        {
            var ((before, after), (rows, columns, newRows, newColumns)) = given;
            var terminal = new TerminalEmulator(rows, columns);
            terminal.Write(before);
            bool fits = Fits(terminal.Screen, rows, columns);
            terminal.Resize(newRows, newColumns);
            terminal.Write(after);
            return fits && Fits(terminal.Screen, newRows, newColumns);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static bool Fits(TerminalScreen screen, int rows, int columns) =>
        screen.Lines.Count == rows && screen.Columns == columns && screen.CursorRow >= 0 && screen.CursorRow < rows
        && screen.CursorColumn >= 0 && screen.CursorColumn < columns
        && screen.Lines.All(line => line.EnumerateRunes().Sum(CharacterWidth.Of) <= columns);

    private static string Show(IEnumerable<byte[]> pieces)
    {
        var answers = new StringBuilder();
        var terminal = new TerminalEmulator(6, 9, bytes => answers.Append(Encoding.ASCII.GetString(bytes)));
        foreach (byte[] piece in pieces)
        {
            terminal.Write(piece);
        }

        TerminalScreen screen = terminal.Screen;
        return $"{screen.Text} {screen.CursorRow} {screen.CursorColumn} {answers}";
    }
}

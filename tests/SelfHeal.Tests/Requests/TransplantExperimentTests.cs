using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

/// <summary>A program that fails where the number behind a name is too large, of the names that it knows: one failing request, and what
/// its clients send on other days.</summary>
public sealed partial class TransplantExperimentTests
{
    private const int Limit = 60_000;
    private static readonly string[] Ordinary =
    [
        "LIST seen (items (size=1, width*3=2), note=(text=\"a b\"))\r\n", "LIST new (items (lang=de, width=7, size*1=4))\r\n", "LIST (colour=red)\r\n",
        "LIST (items ((lang=fr, size=12), (width=3, text=\"c\")), note=(lang=de))\r\n", "QUIT\r\n",
    ];

    private int _tried;

    [Fact(Timeout = Limit)]
    public async Task Other_names_and_places_of_the_fault_are_found_in_requests_that_did_no_harm()
    {
        PatternCheckResult check = await CheckAsync("LIST new (items (size*5000=1, text=\"u\"))\r\n", Ordinary);

        foreach (string bad in (string[])["LIST (items (size*4096=7))\r\n", "LIST old (items (lang=de, width*77777=1, size=2), x=(y))\r\n", "LIST (items ((lang=it), (size*123456789=1)))\r\n"])
        {
            IsMatched(check, bad).Should().BeTrue("{0} fails; {1}", bad, string.Join(" | ", check.Patterns));
        }

        foreach (string good in (string[])["LIST (items (size*4095=7))\r\n", "LIST (items (lang*5000=1))\r\n", "LIST (items (size=5000, width=*5000))\r\n", "LIST (x (size*5000=1))\r\n"])
        {
            IsMatched(check, good).Should().BeFalse("{0} is harmless; {1}", good, string.Join(" | ", check.Patterns));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Without_other_requests_the_fault_has_one_name()
    {
        PatternCheckResult check = await CheckAsync("LIST new (items (size*5000=1, text=\"u\"))\r\n", []);

        IsMatched(check, "LIST a b (c, items (size*4096=\"\", x=2))\r\n").Should().BeTrue();
        IsMatched(check, "LIST (items (width*5000=1))\r\n").Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_is_tried_at_words_where_nothing_is_stuck_to_them()
    {
        await CheckAsync("LIST new (items (size=1))\r\n", [], "items");
        int alone = _tried;
        await CheckAsync("LIST new (items (size=1))\r\n", Ordinary, "items");
        _tried.Should().Be(2 * alone);
    }

    private async Task<PatternCheckResult> CheckAsync(string failing, string[] others, string? fault = null)
    {
        var oracle = new FailureOracle(
            (input, _) => Task.FromResult(++_tried > 0 && (fault is null ? Fails(Encoding.Latin1.GetString(input.Span)) : input.Span.IndexOf(Encoding.Latin1.GetBytes(fault)) >= 0)),
            input => input.Span.IndexOf((byte)'\n') == input.Length - 1);
        byte[] original = Encoding.Latin1.GetBytes(failing);
        DeltaResult small = await new DeltaDebugger(oracle).MinimizeAsync(original);
        IReadOnlyList<ReadOnlyMemory<byte>> benign = [.. others.Select(other => (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(other))];
        PatternResult built = await new PatternBuilder(oracle).BuildAsync(original, small, new PatternOptions { MaximumReplays = 1_000, Others = benign });
        PatternCheckResult check = PatternCheck.Run(built, benign);
        check.FalsePositivesAfter.Should().Be(0);
        return check;
    }

    private static bool IsMatched(PatternCheckResult check, string request) => check.Patterns.Any(pattern => pattern.Matches(Encoding.Latin1.GetBytes(request)));

    private static bool Fails(string request) => request.StartsWith("LIST", StringComparison.Ordinal) && request.Contains("items", StringComparison.Ordinal)
        && TooLarge().Matches(request[request.IndexOf("items", StringComparison.Ordinal)..]).Any(found => long.Parse(found.Groups[1].Value, null) >= 4096);

    [GeneratedRegex("""(?<![A-Za-z])(?:size|width)\*(\d{1,18})""", RegexOptions.None, 1_000)]
    private static partial Regex TooLarge();
}

using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

public sealed class RequestPatternTests : IDisposable
{
    private const int Limit = 240_000;

    private const string Driver = """
        #include "pattern.h"
        #include <stdio.h>
        #include <string.h>
        static char text[1 << 20];
        static struct pattern p;
        static struct pattern_progress progress;
        int main(int argc, char **argv) {
            FILE *in = fopen(argv[argc - 1], "rb");
            unsigned size;
            while (fread(&size, 4, 1, in) == 1) {
                const char *why;
                if (fread(text, 1, size, in) != size) return 1;
                char *end = memchr(text, '\n', size);
                if (!pattern_parse(text, end - text, &p, &why)) printf("refused%c", 0);
                else printf("%d%c", pattern_matches(&p, (unsigned char *)end + 1, text + size - end - 1, &progress), 0);
            }
            return 0;
        }
        """;

    /// <summary>Elements, and the same as regular expressions.</summary>
    private static readonly (string Element, string Regex)[] Parts =
    [
        ("\"a\"", "a"), ("\"ab\"", "ab"), ("\"Aé\"i", "?"), ("\"B\"i", "[bB]"), ("[ab]", "[ab]"), ("[a-b]{2}", "[ab]{2}"), ("[^a]{0,3}", "[^a]{0,3}"),
        ("[ab]{1,}", "[ab]+"), (".", "."), (".{0,2}", ".{0,2}"), ("*", ".*"), ("number", "(?<!\\d)-?\\d+(?!\\d)"),
        ("number{>=0}", "(?<!\\d)\\d+(?!\\d)"), ("(\"a\"){2}", "(?:a){2}"), ("(\"ab\"){0,}", "(?:ab)*"), ("([ab]{1,2} \"1\"){1,3}", "(?:[ab]{1,2}1){1,3}"),
        ("(\"a\" [b]{0,}){3,}", "(?:ab*){3,}"), ("([a]{0,1} \"b\"i [1\\-]{0,2}){0,2}", "(?:a?[bB][1-]{0,2}){0,2}"), ("(. \"a\"){2,}", "(?:.a){2,}"),
        ("[0-9]{1,}", "[0-9]+"), ("[0-9]{1,2}", "[0-9]{1,2}"), ("\"\\xff\\n\"", "\u00ff\n"), ("[b\\-]{0,4}", "[b-]{0,4}"),
        ("[", "?"), ("\"a", "?"), ("{3}", "?"), (".{3,2}", "?"), (".{0}", "?"), (".{1,1025}", "?"), ("(\"a\"){1,63}", "?"), ("(*)", "?"), ("number{}", "?"),
        ("[b-a]", "?"), ("[^\\x00-\\xff]", "?"), ("\"\"", "?"), ("a", "?"), ("number{>=5,<=4}", "?"), ("(number)", "?"),
    ];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>30,000 random patterns, seed fixed: the recorder, .NET's regular expressions and ours agree.</summary>
    [Fact(Timeout = Limit)]
    public void The_recorder_and_a_regular_expression_match_the_same()
    {
        var random = new Random(5);
        var cases = new List<(string Pattern, string? Regex, string Request)>();
        for (int round = 0; round < 30_000; round++)
        {
            (string Element, string Regex)[] parts =
                [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Parts[random.Next(random.Next(12) == 0 ? Parts.Length : 23)])];
            string request = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => "aabb11-B\u00ff\n"[random.Next(10)]));
            bool known = !parts.Any(part => part.Regex == "?");
            cases.Add((string.Join(' ', parts.Select(part => part.Element)),
                known ? $"^(?:{string.Concat(parts.Select(part => part.Regex))})\\z" : null, request));
        }

        string[] theirs = RecorderDriver.Run(
            _directory, Driver, cases.Select(one => Encoding.Latin1.GetBytes(one.Pattern + "\n" + one.Request)), "pattern", "pattern_text", "quoted");
        for (int i = 0; i < cases.Count; i++)
        {
            string ours = Ours(cases[i].Pattern, Encoding.Latin1.GetBytes(cases[i].Request));
            ours.Should().Be(theirs[i], "the pattern is {0}, the request {1}", cases[i].Pattern, cases[i].Request);
            if (cases[i].Regex is { } regex)
            {
                ours.Should().Be(Regex.IsMatch(cases[i].Request, regex, RegexOptions.Singleline, TimeSpan.FromSeconds(10)) ? "1" : "0",
                    "the pattern is {0}, the request {1}", cases[i].Pattern, cases[i].Request);
            }
        }

        theirs.Count(answer => answer == "1").Should().BeGreaterThan(1_000);
        theirs.Count(answer => answer == "refused").Should().BeGreaterThan(1_000);
    }

    [Theory(Timeout = Limit)]
    [InlineData("number{>=2147483648}", "2147483647", false)]
    [InlineData("number{>=2147483648}", "2147483648", true)]
    [InlineData("number{>=2147483648}", "0002147483648", true)]
    [InlineData("number{>=2147483648}", "99999999999999999999999999", true)]
    [InlineData("* number{>=100}", "x5099", true)]
    [InlineData("[0-9]{1,} number{>=1}", "55", false)]
    [InlineData("* number{<=-5} *", "a-6b", true)]
    [InlineData("* number{<=-5} *", "a-4b", false)]
    [InlineData("number{>=-1,<=1}", "-1", true)]
    [InlineData("length{>=5} *", "1234", false)]
    [InlineData("length{>=5} *", "12345", true)]
    [InlineData("\"GET \"i [^ \\r\\n]{10,} * \"\\r\\n\"", "get /index.html HTTP/1.0\r\n", true)]
    public void Numbers_and_lengths_have_bounds(string pattern, string request, bool expected) =>
        RequestPattern.Parse(pattern).Matches(Encoding.ASCII.GetBytes(request)).Should().Be(expected);

    [Theory(Timeout = Limit)]
    [InlineData("length{>=9} \"a\\x00\\r\\n\\t\\\"\\\\\"i [a-z]{10,} [^\\n] . .{2,7} * number{>=-5,<=7} (\"\\xe9&\" [\\[\\]^\\-]{0,}){20,}")]
    [InlineData("number")]
    [InlineData("(\"a\"){0,62} .{0,1024} .{1000000000,}")]
    public void A_pattern_is_written_as_it_is_read(string text)
    {
        RequestPattern pattern = RequestPattern.Parse(text.Replace("[\\[\\]^\\-]", "[\\[\\]\\^\\-]"));

        RequestPattern.Parse(pattern.ToString()).Should().Be(pattern);
        RequestPattern.Parse(pattern.ToString()).ToString().Should().Be(pattern.ToString());
    }

    [Fact(Timeout = Limit)]
    public void All_sets_are_written_as_they_are_read()
    {
        var random = new Random(3);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            var pattern = new RequestPattern([new SetElement(ByteSet.Of(bytes))]);
            RequestPattern.Parse(pattern.ToString()).Should().Be(pattern);
        }
    }

    [Fact(Timeout = Limit)]
    public void A_megabyte_that_almost_matches_in_many_ways_takes_no_time()
    {
        byte[] request = [.. Enumerable.Repeat((byte)'a', 1 << 20)];
        RequestPattern.Parse("* [a]{1,} * (\"a\" [a]{0,}){3,} * [a]{5,500} * \"b\"").Matches(request).Should().BeFalse();
    }

    private static string Ours(string pattern, byte[] request)
    {
        try
        {
            return RequestPattern.Parse(pattern).Matches(request) ? "1" : "0";
        }
        catch (FormatException)
        {
            return "refused";
        }
    }
}

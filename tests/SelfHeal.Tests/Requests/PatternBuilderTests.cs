using System.Text;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

/// <summary>From one failing request of a real program to patterns: 50 other failing requests are matched, 2,000 benign
/// ones are not.</summary>
public sealed class PatternBuilderTests : IDisposable
{
    private const int Limit = 600_000;
    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(17);

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = Limit)]
    public Task A_header_that_is_too_long_is_matched_in_any_mail() => CheckAsync(
        BuggyPrograms.Header,
        Mail($"X-Name: {Text(90)}", "Subject: lunch"),
        () => Mail([.. Headers(), Cased("x-name") + ":" + Pick("", " ", "\t", "  ") + Word() + Text(_random.Next(70, 400)) + Word(), .. Headers()]),
        () => Mail([.. Headers(), Cased("x-name") + ": " + Text(_random.Next(0, 60)), .. Headers(), "X-Names: " + Text(80), "Y: " + Text(_random.Next(200))]));

    [Fact(Timeout = Limit)]
    public Task A_number_that_is_too_large_an_index_is_matched() => CheckAsync(
        BuggyPrograms.Index,
        "GET /item?name=abc&id=3000000000&x=1 HTTP/1.0\r\nHost: a\r\n\r\n",
        () => $"GET /{Word()}?{Word()}={Word()}&id={_random.NextInt64(4096, 1L << _random.Next(13, 39))}{Pick("", "&y=" + Word())} HTTP/1.0\r\n{Pick("", "Host: " + Word() + "\r\n")}\r\n",
        () => $"GET /{Word()}?{Word()}={_random.Next()}&id={_random.Next(4096)}&grid={_random.Next(100)} HTTP/1.{_random.Next(2)}\r\nHost: {Word()}\r\nContent-Length: {_random.Next(100_000)}\r\n\r\n");

    [Fact(Timeout = Limit)]
    public Task Quotes_that_are_doubled_are_matched_wherever_they_stand() => CheckAsync(
        BuggyPrograms.Quotes,
        Mail("To: me", "From: \"" + string.Concat(Enumerable.Repeat("\\\"", 40)) + "\"@example.org"),
        () => Mail([.. Headers(), "From: " + Pick("", Word() + " ") + new string('"', _random.Next(36, 200)) + "@" + Word(), .. Headers()]),
        () => Mail([.. Headers(), "From: \"" + Word() + "\" <" + Word() + "@" + Word() + ">", "X: " + new string('"', 50), .. Headers()]));

    [Fact(Timeout = Limit)]
    public Task Parentheses_that_are_nested_too_deeply_are_matched() => CheckAsync(
        BuggyPrograms.Parentheses,
        "a = 1\nx = " + new string('(', 80) + "1 + 2" + new string(')', 80) + "\nprint x\n",
        () => $"{Word()} = {_random.Next(99)}\n{Word()} = {Word()} * {new string('(', _random.Next(66, 300))}{_random.Next(99)}{new string(')', _random.Next(300))} - 1\n",
        () => $"{Word()} = {_random.Next(99)}\n{string.Concat(Enumerable.Repeat($"{Word()}(({_random.Next(9)})*2) + ", _random.Next(1, 70)))} 1\n{new string('(', _random.Next(60))}1\n");

    [Fact(Timeout = Limit)]
    public Task Encoded_words_that_are_too_long_are_matched_in_both_encodings() => CheckAsync(
        BuggyPrograms.EncodedWords,
        Mail("To: me", "Subject: =?TIS-620?B?" + Convert.ToBase64String(new byte[120]) + "?= x"),
        () => Mail([.. Headers(), $"{Cased("subject")}: {Pick("", Word() + " ")}{Encoded(_random.Next(70, 300))} {Word()}", .. Headers()]),
        () => Mail([.. Headers(), $"{Cased("subject")}: {Pick("", Word() + " ")}{Encoded(_random.Next(1, 45))} {Word()}", .. Headers(), "X: " + Text(200)]));

    [Fact(Timeout = Limit)]
    public async Task A_pattern_that_matches_benign_requests_is_narrowed_until_it_matches_none()
    {
        var oracle = new FailureOracle((input, _) => Task.FromResult(Encoding.Latin1.GetString(input.Span).Contains("bad", StringComparison.OrdinalIgnoreCase)));
        byte[] original = "say bad thing"u8.ToArray();
        DeltaResult small = await new DeltaDebugger(oracle).MinimizeAsync(original);
        PatternResult built = await new PatternBuilder(oracle).BuildAsync(original, small);

        PatternCheckResult check = PatternCheck.Run(built, ["a BAD day"u8.ToArray(), "good"u8.ToArray(), "Bad"u8.ToArray()]);

        check.FalsePositivesBefore.Should().Be(2);
        check.FalsePositivesAfter.Should().Be(0);
        check.BenignTried.Should().Be(3);
        check.Patterns.Should().Contain(pattern => pattern.Matches(original));
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_request_had_at_a_place_may_stand_there_even_if_alone_it_does_no_harm(bool letters)
    {
        const string Request = "get '/a[number()]' now";
        var oracle = new FailureOracle(
            (inputs, _) =>
            {
                int first = inputs.ToList().FindIndex(input => Fails(Encoding.Latin1.GetString(input.Span)));
                return Task.FromResult((first < 0 ? inputs.Count : first, first >= 0));
            },
            together: 8, parallel: 2);
        bool Fails(string text) => text == Request || (text.IndexOf("number()", StringComparison.Ordinal) is >= 0 and var at
            && text[(at + 8)..] is var behind && (behind.Length == 0 || (letters && behind.All(char.IsAsciiLetter))));
        byte[] original = Encoding.Latin1.GetBytes(Request);
        DeltaResult small = await new DeltaDebugger(oracle).MinimizeAsync(original);
        PatternResult built = await new PatternBuilder(oracle).BuildAsync(original, small);

        string found = string.Join(" | ", built.Patterns);
        built.Patterns[0].Matches(original).Should().BeTrue(found);
        built.Patterns[0].Matches("fetch '/b/c[number()]' now"u8).Should().BeTrue(found);
    }

    [Fact(Timeout = Limit)]
    public async Task Experiments_stop_when_the_replays_are_used_up_and_say_what_was_not_tried()
    {
        var oracle = new FailureOracle((input, _) => Task.FromResult(input.Span.Count((byte)'(') >= 20));
        byte[] request = [.. Enumerable.Repeat((byte)'(', 20), .. "a b c"u8];

        PatternResult built = await new PatternBuilder(oracle).BuildAsync(request, DeltaResult.Whole(request), new PatternOptions { MaximumReplays = 7 });

        built.Replays.Should().Be(7);
        built.NotTried.Should().NotBeEmpty();
        built.Patterns.Should().Contain(pattern => pattern.Matches(request));
    }

    private async Task CheckAsync(string program, string failing, Func<string> bad, Func<string> benign)
    {
        FailureOracle oracle = BuggyPrograms.Oracle(_directory, program);
        byte[] original = Encoding.Latin1.GetBytes(failing);
        DeltaResult small = await new DeltaDebugger(oracle).MinimizeAsync(original);
        small.IsMinimal.Should().BeTrue();
        PatternResult built = await new PatternBuilder(oracle).BuildAsync(original, small);
        string found = $"{string.Join(" | ", built.Patterns)} from {Encoding.Latin1.GetString(small.Smallest.Span)} after {small.Replays}+{built.Replays} replays; {string.Join(' ', built.NotTried)}";
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        built.Replays.Should().BeLessThanOrEqualTo(300);

        List<ReadOnlyMemory<byte>> harmless = [.. Enumerable.Range(0, 2_000).Select(_ => (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(benign()))];
        PatternCheckResult check = PatternCheck.Run(built, harmless);
        TestContext.Current.TestOutputHelper?.WriteLine(check.Sentence);
        check.FalsePositivesAfter.Should().Be(0, found);
        oracle.Allow(1_000);
        for (int i = 0; i < 50; i++)
        {
            byte[] variant = Encoding.Latin1.GetBytes(bad());
            (await oracle.FailsAsync(variant)).Should().BeTrue("{0} is meant to fail", Encoding.Latin1.GetString(variant));
            check.Patterns.Should().Contain(pattern => pattern.Matches(variant), "{0} must match {1}", Encoding.Latin1.GetString(variant), found);
        }

        for (int i = 0; i < 20; i++)
        {
            (await oracle.FailsAsync(harmless[i])).Should().BeFalse("{0} is meant to be harmless", Encoding.Latin1.GetString(harmless[i].Span));
        }

        for (int i = 0; i < 2_000; i++) // others than those that it was narrowed with
        {
            byte[] other = Encoding.Latin1.GetBytes(benign());
            check.Patterns.Should().NotContain(pattern => pattern.Matches(other), "{0} is harmless; {1}", Encoding.Latin1.GetString(other), found);
        }
    }

    private static string Mail(params string[] headers) => string.Join("\n", headers) + "\n\nbody\n";

    private string[] Headers() => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => $"{Pick("To", "Date", "X-Id", "Cc")}: {Text(_random.Next(1, 50))}")];

    private string Encoded(int bytes)
    {
        byte[] text = new byte[bytes];
        _random.NextBytes(text);
        return Pick("TIS-620", "utf-8", "KOI8-R") is var charset && _random.Next(2) == 0
            ? $"=?{charset}?{Pick("B", "b")}?{Convert.ToBase64String(text)}?="
            : $"=?{charset}?{Pick("Q", "q")}?{string.Concat(text.Select(value => $"={value:X2}"))}?=";
    }

    private string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "abcdefgXYZ0123,. -"[_random.Next(18)]));

    private string Word() => string.Concat(Enumerable.Range(0, _random.Next(1, 9)).Select(_ => (char)('j' + _random.Next(12))));

    private string Cased(string text) => string.Concat(text.Select(c => _random.Next(2) == 0 ? char.ToUpperInvariant(c) : c));

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}

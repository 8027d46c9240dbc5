using System.Text;
using FluentAssertions;
using SelfHeal.Requests;
using Xunit;

namespace SelfHeal.Tests.Requests;

public sealed class DeltaDebuggerTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task The_smallest_failing_input_has_only_what_fails()
    {
        string text = string.Concat(Enumerable.Range(0, 200).Select(i => $"line {i} of text\n")) + "x: <needle and more>\n" + new string('z', 3000);
        FailureOracle oracle = Of(input => input.Contains('<') && input.Contains("needle", StringComparison.Ordinal) && input.Contains('>'));

        DeltaResult result = await new DeltaDebugger(oracle).MinimizeAsync(Encoding.Latin1.GetBytes(text));

        Encoding.Latin1.GetString(result.Smallest.Span).Should().Be("<needle>");
        result.Origins.Should().Equal([text.IndexOf('<'), .. Enumerable.Range(text.IndexOf("needle", StringComparison.Ordinal), 6), text.IndexOf('>')]);
        result.IsMinimal.Should().BeTrue();
        result.Replays.Should().Be(oracle.Replays).And.BeLessThan(200);
    }

    [Fact(Timeout = Limit)]
    public async Task Runs_become_runs_of_one_byte()
    {
        FailureOracle oracle = Of(input => input.Split('\n').Any(line => line.Length > 64));

        DeltaResult result = await new DeltaDebugger(oracle).MinimizeAsync(
            Encoding.Latin1.GetBytes("a\n" + string.Concat(Enumerable.Range(0, 400).Select(i => (char)('a' + (i % 26)))) + "\nb"));

        Encoding.Latin1.GetString(result.Smallest.Span).Should().Be(new string('a', 65));
    }

    /// <summary>500 random inputs and oracles, seed fixed: what is left fails, and without any of its bytes it does not.</summary>
    [Fact(Timeout = Limit)]
    public async Task What_is_left_fails_and_less_does_not()
    {
        var random = new Random(23);
        for (int round = 0; round < 500; round++)
        {
            byte[] input = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (byte)"ab \n1"[random.Next(5)])];
            byte[] needed = [.. input.Where(_ => random.Next(20) == 0)];
            FailureOracle oracle = new((one, _) => Task.FromResult(HasInOrder(one.Span, needed) && one.Length > 0));

            DeltaResult result = await new DeltaDebugger(oracle).MinimizeAsync(input, 100_000);

            result.IsMinimal.Should().BeTrue();
            result.Smallest.Length.Should().Be(Math.Max(1, needed.Length));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task It_stops_when_the_replays_are_used_up_and_says_so()
    {
        FailureOracle oracle = Of(input => input.Count(c => c == 'x') >= 50);

        DeltaResult result = await new DeltaDebugger(oracle).MinimizeAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("xyxz ", 90))), 20);

        result.Replays.Should().Be(20);
        result.IsMinimal.Should().BeFalse();
        Encoding.Latin1.GetString(result.Smallest.Span).Count(c => c == 'x').Should().BeGreaterThanOrEqualTo(50);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_does_not_fail_is_a_sentence() => await FluentActions
        .Awaiting(() => new DeltaDebugger(Of(_ => false)).MinimizeAsync("x"u8.ToArray())).Should().ThrowAsync<SelfHealException>().WithMessage("The request does not fail*");

    [Fact(Timeout = Limit)]
    public async Task It_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        FailureOracle oracle = new(async (_, _) =>
        {
            await cancelled.CancelAsync();
            return true;
        });

        await FluentActions.Awaiting(() => new DeltaDebugger(oracle).MinimizeAsync("abc"u8.ToArray(), 500, cancelled.Token))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    private static FailureOracle Of(Func<string, bool> fails) => new((input, _) => Task.FromResult(fails(Encoding.Latin1.GetString(input.Span))));

    private static bool HasInOrder(ReadOnlySpan<byte> input, byte[] needed)
    {
        int found = 0;
        foreach (byte value in input)
        {
            found += found < needed.Length && value == needed[found] ? 1 : 0;
        }

        return found == needed.Length;
    }
}

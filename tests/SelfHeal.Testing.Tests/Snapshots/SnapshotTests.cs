using System.Text;
using FluentAssertions;
using SelfHeal.Testing.Snapshots;
using Xunit;

namespace SelfHeal.Testing.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Received => _directory.At("Class.Method.received.ep");

    private string Verified => _directory.At("Class.Method.verified.ep");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_new_snapshot_is_received_and_never_accepted()
    {
        string message = (await FailAsync("line one\nline two\n")).Message;
        message.Should().StartWith(
            $"Directory: {_directory.Path}\nNew:\n  - Received: Class.Method.received.ep\n    Verified: Class.Method.verified.ep\n");
        message.Should().Contain("FileContent:").And.Contain("line one\nline two").And.EndWith($"mv {Received} {Verified}");
        File.Exists(Verified).Should().BeFalse();
        await FailAsync("line one\nline two\n");
    }

    [Fact]
    public async Task The_received_file_has_a_byte_order_mark_line_feeds_and_no_final_newline()
    {
        await FailAsync("a\r\né\n");
        (await File.ReadAllBytesAsync(Received, TestContext.Current.CancellationToken))
            .Should().Equal(Encoding.UTF8.GetBytes("\uFEFFa\né"));
    }

    [Fact]
    public async Task A_snapshot_that_was_accepted_passes_and_its_received_file_goes()
    {
        await FailAsync("text\n");
        File.Copy(Received, Verified);
        await VerifyAsync("text\n");
        File.Exists(Received).Should().BeFalse();
    }

    [Fact]
    public async Task Line_ends_byte_order_mark_and_a_final_newline_make_no_difference()
    {
        await File.WriteAllTextAsync(Verified, "a\r\nb\r\n", TestContext.Current.CancellationToken);
        await VerifyAsync("a\nb");
    }

    [Fact]
    public async Task A_snapshot_that_differs_shows_both_and_leaves_the_verified_one()
    {
        await File.WriteAllTextAsync(Verified, "\uFEFFold", TestContext.Current.CancellationToken);
        string message = (await FailAsync("new")).Message;
        message.Should().Contain("NotEqual:\n  - Received: Class.Method.received.ep\n    Verified: Class.Method.verified.ep\n")
            .And.Contain("Received: Class.Method.received.ep\nnew\n").And.Contain("Verified: Class.Method.verified.ep\nold\n");
        (await File.ReadAllTextAsync(Verified, TestContext.Current.CancellationToken)).Should().Be("old");
    }

    private Task VerifyAsync(string text) =>
        Snapshot.VerifyAsync(_directory.Path, "Class.Method", text, "ep", TestContext.Current.CancellationToken);

    private async Task<SnapshotException> FailAsync(string text) =>
        (await FluentActions.Awaiting(() => VerifyAsync(text)).Should().ThrowAsync<SnapshotException>()).Which;
}

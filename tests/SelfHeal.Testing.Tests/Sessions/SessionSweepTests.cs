using FluentAssertions;
using SelfHeal.Testing.Sessions;
using Xunit;

namespace SelfHeal.Testing.Tests.Sessions;

public sealed class SessionSweepTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Only_what_a_process_left_that_is_gone_is_removed()
    {
        string owner = Owner("living");
        string[] words = owner.Split('-');
        words.Should().HaveCount(3);
        Owner("gone", "4194399", words[1], words[2]); // no process has such a number
        Owner("number-used-again", words[0], "1", words[2]);
        Owner("in-another-container", "4194399", words[1], "1");
        Owner("unreadable", "");
        Directory.CreateDirectory(_directory.At("runs/kept-for-the-user"));

        SessionSweep.Sweep(_directory.At("runs")).Should().Be(2);

        Directory.EnumerateDirectories(_directory.At("runs")).Select(Path.GetFileName)
            .Should().BeEquivalentTo("living", "in-another-container", "unreadable", "kept-for-the-user");
        SessionSweep.Sweep(_directory.At("no-such-directory")).Should().Be(0);
    }

    [Fact]
    public void A_session_that_is_kept_has_no_owner()
    {
        var session = SessionDirectory.Create(_directory.At("runs"), "Class.Method");
        SessionOwner.IsOurs(session.Path).Should().BeTrue();
        session.Keep();
        (SessionOwner.IsOurs(session.Path), SessionOwner.IsGone(session.Path)).Should().Be((false, false));
        session.Remove();
        Directory.Exists(session.Path).Should().BeFalse();
    }

    /// <summary>A session's directory with this owner, or with us as one.</summary>
    private string Owner(string name, params string[] words)
    {
        string directory = Directory.CreateDirectory(_directory.At($"runs/{name}")).FullName;
        SessionOwner.Take(directory);
        string file = Directory.EnumerateFiles(directory).Single();
        if (words.Length > 0)
        {
            File.WriteAllText(file, string.Join('-', words));
        }

        return File.ReadAllText(file);
    }
}

using FluentAssertions;
using SelfHeal.Hosts;
using Xunit;

namespace SelfHeal.Tests.Hosts;

public sealed class ExecutableLauncherTests
{
    private const UnixFileMode AsPackagesLeaveIt = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    // Files whose modes nobody may change, root neither: they stand for a recorder that somebody else installed.
    private static readonly RecorderFiles OfSomebodyElse = new("/proc/self/cmdline", "/proc/self/comm");

    [Fact]
    public void A_launcher_without_permission_to_execute_gets_it()
    {
        using TemporaryDirectory directory = new();
        RecorderFiles files = new(Path.Combine(directory.Path, "libselfheal.so"), Path.Combine(directory.Path, "selfheal-launch"));
        File.WriteAllText(files.Library, "library");
        File.WriteAllText(files.Launcher, "launcher");
        File.SetUnixFileMode(files.Launcher, AsPackagesLeaveIt);

        RecorderFiles found = RecorderFiles.Find("/", directory.Path);

        found.Should().Be(files);
        File.GetUnixFileMode(files.Launcher).Should().HaveFlag(UnixFileMode.UserExecute).And.HaveFlag(UnixFileMode.OtherExecute);
    }

    [Fact]
    public void Where_that_is_not_allowed_both_files_are_copied_once_whoever_asks_at_the_same_time()
    {
        using TemporaryDirectory cache = new();
        var found = new RecorderFiles[16];
        Parallel.For(0, found.Length, i => found[i] = ExecutableLauncher.Ensure(OfSomebodyElse, cache.Path));

        found.Distinct().Should().ContainSingle();
        File.ReadAllText(found[0].Library).Should().Be(File.ReadAllText(OfSomebodyElse.Library));
        File.ReadAllText(found[0].Launcher).Should().Be(File.ReadAllText(OfSomebodyElse.Launcher));
        File.GetUnixFileMode(found[0].Launcher).Should().HaveFlag(UnixFileMode.UserExecute);
        Directory.GetDirectories(cache.Path).Should().ContainSingle("what the others had begun is removed");
    }

    [Fact]
    public void Where_no_copy_can_be_made_either_the_message_says_what_to_do()
    {
        Action ensure = () => ExecutableLauncher.Ensure(OfSomebodyElse, "/proc/self/no-directory-can-be-made-here");
        ensure.Should().Throw<RecorderUnavailableException>().WithMessage("*chmod +x /proc/self/comm*XDG_CACHE_HOME*");
    }
}

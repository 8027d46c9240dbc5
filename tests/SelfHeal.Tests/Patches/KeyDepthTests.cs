using FluentAssertions;
using SelfHeal.Patches;
using Xunit;

namespace SelfHeal.Tests.Patches;

/// <summary>Addresses are decimal: hundreds name the function, so 101 and 102 are two calls in function 1.</summary>
public sealed class KeyDepthTests
{
    [Fact]
    public void A_plain_caller_of_malloc_is_the_key() => Depth([101, 201], [101, 201], [102, 301]).Should().Be(1);

    [Fact]
    public void A_wrapper_is_gone_past() =>
        Depth([101, 201, 901], [101, 201, 901], [101, 301, 901], [101, 401, 901]).Should().Be(2);

    [Fact]
    public void Two_callers_do_not_make_a_wrapper() =>
        Depth([101, 201, 901], [101, 201, 901], [101, 301, 901], [101, 302, 901]).Should().Be(1);

    [Fact]
    public void A_wrapper_in_a_wrapper_is_gone_past() => Depth(
        [101, 201, 301, 901], [101, 201, 301, 901], [101, 201, 401, 901], [101, 201, 501, 901], [101, 601], [101, 701])
        .Should().Be(3);

    [Fact]
    public void Another_call_site_of_the_wrapper_does_not_count() =>
        Depth([101, 201], [101, 201], [102, 301], [103, 401], [104, 501]).Should().Be(1);

    [Fact]
    public void The_C_library_is_always_a_wrapper() => Depth([9901, 201, 901], [9901, 201, 901]).Should().Be(2);

    [Fact]
    public void The_key_ends_where_the_stack_ends() => Depth([101], [101], [101, 201], [101, 301], [101, 401]).Should().Be(1);

    [Fact]
    public void Frames_outside_of_modules_are_never_in_a_key() =>
        Depth([101, 0, 201], [101, 0, 201], [101, 301], [101, 401]).Should().Be(1);

    [Fact]
    public void An_empty_stack_has_no_key() => Depth([], [101]).Should().Be(0);

    [Fact]
    public void A_key_has_at_most_sixteen_frames()
    {
        ulong[] deep = [.. Enumerable.Range(0, 30).Select(_ => 9901UL)];
        Depth(deep, deep).Should().Be(16);
    }

    private static int Depth(ulong[] guilty, params ulong[][] stacks) => KeyDepth.Choose(
        guilty, stacks, address => (address / 100).ToString(),
        address => address == 0 ? null : address > 9900 ? "libc.so.6" : "prog");
}

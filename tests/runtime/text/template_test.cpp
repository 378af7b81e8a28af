// SPDX-License-Identifier: MIT
#include <qx/core/message.hpp>
#include <qx/text/template.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace qx;
using namespace qx::text;

namespace {

const template_map variables{
    {"name", "Ada"},
    {"n", std::int64_t{3}},
    {"list", template_list{std::int64_t{1}, std::int64_t{2}, std::int64_t{3}}},
    {"people", template_list{template_map{{"name", "Bo"}, {"age", std::int64_t{7}}},
                             template_map{{"name", "Al"}, {"age", std::int64_t{9}}}}},
    {"map", template_map{{"a", std::int64_t{1}}, {"b", "x"}}},
    {"nothing", template_value::none{}}};

std::string fill(std::string_view source) {
  const auto made = text_template::parse(source);
  if (!made) return message("parse: ", made.error().message);
  const auto text = made->render(variables, {}, 0);
  return text ? text->text() : message("render: ", text.error().message);
}

struct rendering {
  std::string_view source, text;
};

}  // namespace

TEST_CASE("expressions") {
  const rendering cases[] = {
      {"{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }}",
       "7 9 3 -4 2 3.5"},
      {"{{ 2 ** 3 }} {{ 1.5 + 1 }} {{ 4 / 2 }} {{ -n }}", "8 2.5 2.0 -3"},
      {"{{ 'a' ~ 1 ~ none }} {{ 'a' + 'b' }} {{ 'ab' * 2 }} {{ [1] + [2] }}",
       "a1None ab abab [1, 2]"},
      {"{{ 1 < 2 < 3 }} {{ 'a' in 'abc' }} {{ 4 not in list }} {{ 'a' in map }}",
       "True True True True"},
      {"{{ name == 'Ada' and not nothing or false }}", "True"},
      {"{{ 'yes' if n > 2 else 'no' }}{{ 'never' if false }}", "yes"},
      {"{{ list[0] }}{{ list[-1] }} {{ list[1:] }} {{ name[::-1] }} {{ name[:2] }} {{ list[::2] }}",
       "13 [2, 3] adA Ad [1, 3]"},
      {"{{ map.a }} {{ map['b'] }} {{ map.c is defined }} {{ people[1].name }}", "1 x False Al"},
      {"{{ {'k': [1, 'it\\'s', none, true]} }}", "{'k': [1, \"it's\", None, True]}"},
      {"{{ \"a\\n\" ~ 'b' 'c' }}", "a\nbc"},
      {"{{ {0: 'a', 512: 'b'}[512] }} {{ 512 in {512: 1} }} {{ {1: 'x'} }} {{ {1: 2} | tojson }}",
       "b True {1: 'x'} {\"1\": 2}"},
      {"{% for k, v in {20: 'x', 3: 'y'} | dictsort %}{{ k + 1 }}{{ v }}{% endfor %}", "4y21x"},
      {"{{ {'a': 2, 'B': 1} | dictsort }} {{ {'a': 2, 'B': 1} | dictsort(true) }}"
       " {{ {'a': 2, 'B': 1} | dictsort(by='value') }} {{ {'a': 2, 'B': 1} | "
       "dictsort(reverse=true) }}",
       "[['a', 2], ['B', 1]] [['B', 1], ['a', 2]] [['B', 1], ['a', 2]] [['B', 1], ['a', 2]]"},
      {"{{ -1 | abs }} {{ 'x' is string and 1 is not string }}", "1 True"},
      {"{{ missing }}|{{ missing is undefined }}|{{ missing | default('d') }}", "|True|d"},
  };
  for (const rendering& c : cases)
    CHECK(fill(c.source) == c.text);
}

TEST_CASE("statements and white space") {
  const rendering cases[] = {
      {"{% if n == 1 %}one{% elif n == 3 %}three{% else %}other{% endif %}", "three"},
      {"{% for x in list %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %},{% endif %}{% "
       "endfor %}",
       "1/3,2/3,3/3"},
      {"{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=x;"},
      {"{% for p in people if p.age > 8 %}{{ p.name }}{% else %}none{% endfor %}", "Al"},
      {"{% for x in [] %}{% else %}none{% endfor %}", "none"},
      {"{% for x in list %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "13"},
      {"{% for x in list %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %}", "1"},
      {"{% for x in list %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}",
       "<1>2 1<2>3 2<3> "},
      {"{% for x in list %}{{ loop.cycle('a', 'b') }}{% endfor %}", "aba"},
      {"{% set x = 1 %}{% for y in list %}{% set x = y %}{% endfor %}{{ x }}", "1"},
      {"{% set ns = namespace(x=1) %}{% for y in list %}{% set ns.x = y %}{% endfor %}{{ ns.x }}",
       "3"},
      {"{% set a, b = [1, 2] %}{{ b }}{% set c %}<{{ a }}>{% endset %}{{ c }}", "2<1>"},
      {"{% macro f(x, y=2) %}[{{ x }},{{ y }}]{% endmacro %}{{ f(1) }}{{ f(1, y=3) }}",
       "[1,2][1,3]"},
      {"{% filter upper %}a{{ name }}{% endfilter %}", "AADA"},
      {"{% raw %}{{ x }}{% endraw %}{# gone #}.", "{{ x }}."},
      {"a\n  {% if true %}\nb\n  {% endif %}\nc", "a\nb\nc"},  // as Hugging Face sets it up
      {"a \n {%- if true -%} \n b {%- endif %} c\n", "ab c"},
      {"a\n  {%+ if true %}b{% endif +%}\nc", "a\n  b\nc"},
      {"{% generation %}x{% endgeneration %}", "x"},
      {"{{ raise_exception('no ' ~ name) }}", "render: line 1 of the template: no Ada"},
      {"{{ strftime_now('%Y') }}", "1970"},
      {"{{ range(3) | list }} {{ range(5, 0, -2) | list }}", "[0, 1, 2] [5, 3, 1]"},
  };
  for (const rendering& c : cases)
    CHECK(fill(c.source) == c.text);
}

TEST_CASE("filters, tests and methods") {
  const rendering cases[] = {
      {"{{ '  a ' | trim }}|{{ 'abc' | length }}|{{ 'é' | length }}|{{ list | join('-') }}",
       "a|3|1|1-2-3"},
      {"{{ 'aB' | upper }}{{ 'aB' | lower }}{{ 'one two' | title }}{{ 'one' | capitalize }}",
       "ABabOne TwoOne"},
      {"{{ list | first }}{{ list | last }}{{ list | sum }}{{ list | max }}{{ list | reverse | "
       "list }}",
       "1363[3, 2, 1]"},
      {"{{ people | selectattr('age', 'gt', 8) | map(attribute='name') | list }}", "['Al']"},
      {"{{ people | rejectattr('name', 'equalto', 'Al') | map(attribute='age') | first }}", "7"},
      {"{{ list | select('odd') | list }}{{ ['a'] | map('upper') | list }}", "[1, 3]['A']"},
      {"{{ people | sort(attribute='name') | map(attribute='name') | join }}", "AlBo"},
      {"{{ map | tojson }}{{ [1, 'é\"'] | tojson }}", "{\"a\": 1, \"b\": \"x\"}[1, \"é\\\"\"]"},
      {"{{ {'a': [1]} | tojson(indent=2) }}", "{\n  \"a\": [\n    1\n  ]\n}"},
      {"{{ '' | default('d') }}|{{ '' | default('d', true) }}", "|d"},
      {"{{ map | items | list }}{{ map | dictsort }}",
       "[['a', 1], ['b', 'x']][['a', 1], ['b', 'x']]"},
      {"{{ '12' | int + 1 }}{{ 'x' | int }}{{ 3.7 | int }}{{ 2.5 | round }}", "13033.0"},
      {"{{ 'a\nb' | indent(2) }}", "a\n  b"},
      {"{{ [1, 1, 2] | unique | list }}{{ 'aXbX' | replace('X', '-') }}", "[1, 2]a-b-"},
      {"{{ n is odd and n is divisibleby 3 and map is mapping and list is iterable }}", "True"},
      {"{{ nothing is none and n is number and name is defined and true is boolean }}", "True"},
      {"{{ ' ab '.strip() }}{{ 'xax'.lstrip('x') }}{{ 'a,b'.split(',') }}{{ 'a b  c'.split() }}",
       "abax['a', 'b']['a', 'b', 'c']"},
      {"{{ 'abc'.startswith('ab') and 'abc'.endswith(('x', 'c')) }}{{ 'a-b-c'.rsplit('-', 1) }}",
       "True['a-b', 'c']"},
      {"{{ 'aab'.replace('a', 'x', 1) }}{{ 'abc'.find('c') }}{{ '{}-{k}'.format(1, k=2) }}",
       "xab21-2"},
      {"{{ map.get('z', 'no') }}{{ map.keys() | list }}{{ 'a\nb'.splitlines() }}",
       "no['a', 'b']['a', 'b']"},
  };
  for (const rendering& c : cases)
    CHECK(fill(c.source) == c.text);
}

TEST_CASE("errors name the line") {
  const rendering cases[] = {
      {"a\n{{ 1 +", "parse: line 2 of the template: what begins here is not closed with }}"},
      {"\n{% if x %}", "parse: line 2 of the template: what begins here has no endif"},
      {"{% endif %}", "parse: line 1 of the template: 'endif' closes nothing"},
      {"{% frob %}", "parse: line 1 of the template: there is no statement 'frob'"},
      {"{% include 'x' %}", "parse: line 1 of the template: 'include' is not supported"},
      {"{{ 1 $ }}", "parse: line 1 of the template: '$' is no sign of the language"},
      {"{{ 'a }}", "parse: line 1 of the template: a string does not end"},
      {"\n\n{{ a.b }}", "render: line 3 of the template: 'a', which is undefined, has no 'b'"},
      {"{{ 1 / 0 }}", "render: line 1 of the template: division by zero"},
      {"{{ 1 | frob }}", "render: line 1 of the template: there is no filter 'frob'"},
      {"{{ 1 is frob }}", "render: line 1 of the template: there is no test 'frob'"},
      {"{{ 'a'.frob() }}", "render: line 1 of the template: strings have no method 'frob'"},
      {"{{ 1 + 'a' }}",
       "render: line 1 of the template: '+' does not go with a number and a string"},
      {"{{ name() }}", "render: line 1 of the template: 'name' is a string, not a function"},
      {"{% set n.x = 1 %}", "render: line 1 of the template: 'n' is a number, and only attributes "
                            "of a namespace can be set"},
      {"{{ 9223372036854775807 + 1 }}",
       "render: line 1 of the template: 9223372036854775807 + 1 is too large"},
  };
  for (const rendering& c : cases)
    CHECK(fill(c.source) == c.text);
}

TEST_CASE("a template that does not end is stopped, and says where") {
  const auto problem = [](std::string_view source) {
    const auto made = text_template::parse(source);
    REQUIRE(made.has_value());
    const auto text = made->render(variables, {}, 0);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().code == errc::range);
    return text.error().message;
  };
  CHECK(problem("\n{% for i in range(1000000000) %}{% endfor %}") ==
        "line 2 of the template: the template takes too much work: it may not end");
  CHECK(problem(
            "{% for i in range(9999) %}\n{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}")
            .starts_with("line 2 of the template: the template takes too much work"));
  CHECK(problem("{% macro f() %}\n{{ f() }}{% endmacro %}{{ f() }}") ==
        "line 2 of the template: the template nests more than 1000 deep");
  CHECK(problem("{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s "
                "%}{% endfor %}")
            .starts_with("line 1 of the template: the template takes too much work"));
  CHECK(problem("{{ 'x' * 999999999999 }}")
            .starts_with("line 1 of the template: the template takes"));
}

TEST_CASE("a template that is nested too deeply is refused") {
  for (const char* part : {"(", "[", "{% if a %}", "{{ not ", "-"}) {
    std::string source = part[0] == '{' ? "" : "{{ ";
    for (int i = 0; i < 5000; ++i)
      source += part;
    CHECK_FALSE(text_template::parse(source).has_value());
  }
  std::string chain = "{{ 1";
  for (int i = 0; i < 5000; ++i)
    chain += " + 1";
  const auto made = text_template::parse(chain + " }}");
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == errc::range);
}

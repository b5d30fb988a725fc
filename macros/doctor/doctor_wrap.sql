{#- A text as lines of the report: `first` stands before the first line, blanks of its length before the
    others. -#}
{% macro doctor_wrap(text, first, width=92) %}
    {%- set lines = [] -%}
    {%- for line in (text | wordwrap(width - first | length,
        break_long_words=false)).split('\n') -%}
        {%- do lines.append((first if loop.first else ' ' * first | length) ~ line) -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}

{#- What the values of a table look like, in one query on at most `sample_rows` of its rows:
    lower-case column -> {name, family, rows, filled, distinct, and for texts the shares that look like
    an e-mail address, a day, a number; for integers the lowest value}. -#}
{% macro doctor_profile(relation, columns, types, sample_rows) %}
    {%- set shapes = {
        'email': '^[^@ ]+@[^@ ]+[.][A-Za-z]+$',
        'day': '^[0-9]{4}-[0-9]{2}-[0-9]{2}',
        'decimal': '^[-]?[0-9]+([.][0-9]+)?$'
    } -%}
    {%- set facts = {} -%}
    {%- set select = ['count(*) as rows_read'] -%}
    {%- for key, name in columns.items() -%}
        {%- set family = covey.doctor_type_family(types[key]) -%}
        {%- set i = loop.index0 -%}
        {%- set quoted = adapter.quote(name) -%}
        {%- do facts.update({key: {'name': name, 'family': family}}) -%}
        {%- if family != 'other' -%}
            {%- do select.extend([
                'count(' ~ quoted ~ ') as filled_' ~ i, 'count(distinct ' ~ quoted
                    ~ ') as distinct_' ~ i
            ]) -%}
        {%- endif -%}
        {%- if family == 'text' -%}
            {%- for shape, pattern in shapes.items() -%}
                {%- do select.append(
                    'sum(case when ' ~ covey.regexp_matches('cast(' ~ quoted ~ ' as '
                        ~ dbt.type_string() ~ ')', pattern)
                    ~ ' then 1 else 0 end) as ' ~ shape ~ '_' ~ i
                ) -%}
            {%- endfor -%}
        {%- elif family in ('integer', 'number') -%}
            {%- do select.append('min(' ~ quoted ~ ') as lowest_' ~ i) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set row = run_query(
        'select ' ~ select | join(', ') ~ ' from (select * from ' ~ relation
            ~ ' as input_rows limit '
        ~ sample_rows ~ ') as sampled_rows'
    ).rows[0] -%}
    {%- set cells = {} -%}
    {%- for name, value in row.dict().items() -%}
        {%- do cells.update({name | lower: value}) -%}
    {%- endfor -%}
    {%- for fact in facts.values() -%}
        {%- set i = loop.index0 -%}
        {%- set filled = (cells['filled_' ~ i] or 0) | int if fact.family != 'other' else 0 -%}
        {%- do fact.update({
            'rows': cells.rows_read | int,
            'filled': filled,
            'distinct': (cells.get('distinct_' ~ i) or 0) | int,
            'lowest': cells.get('lowest_' ~ i)
        }) -%}
        {%- for shape in shapes -%}
            {%- do fact.update({shape: (cells.get(shape ~ '_' ~ i) or 0) | float / filled
                if filled else none}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(facts) }}
{% endmacro %}

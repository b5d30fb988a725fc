{#- input -> {text, status, columns, types, expressions, absent, rows} of the mapped inputs. `columns`
    and `types` are those of the relation; `expressions` has a typed SQL expression for each canonical column, null where it is absent. -#}
{% macro doctor_mapped_inputs(contract, unreadable, problems) %}
    {%- set found = {} -%}
    {%- for input, terms in contract.items() if covey.is_input_mapped(input) -%}
        {%- set text = covey.input_relation(input) | string -%}
        {%- set entry = {'text': text.strip(), 'status': 'unreadable', 'expressions': {},
            'absent': []} -%}
        {%- if text in unreadable -%}
            {%- do problems.append(
                'The input ' ~ input ~ ' cannot be read from ' ~ text ~ ': ' ~ unreadable[text]
            ) -%}
        {%- else -%}
            {%- do covey.doctor_reads(text, input) -%}
            {%- set relation = covey.describe_relation(text) -%}
            {%- set mapping = var('covey_' ~ input ~ '_columns', none) or {} -%}
            {%- set wrong = covey.input_problems(input, terms, mapping) if mapping is mapping
                else ['?'] -%}
            {%- do entry.update({'status': 'wrong' if wrong and relation.status == 'ok'
                else relation.status, 'columns': relation.get('columns', {}),
                'types': relation.get('types', {})}) -%}
            {%- if entry.status == 'ok' -%}
                {%- for name, column in terms.items() -%}
                    {%- set expression = mapping[name] if name in mapping
                        else 'input_rows.' ~ adapter.quote(relation.columns[name])
                            if name in relation.columns
                        else none -%}
                    {%- if expression is none -%}
                        {%- do entry.absent.append(name) -%}
                    {%- endif -%}
                    {%- do entry.expressions.update({
                        name: covey.doctor_typed(expression, column.type)
                    }) -%}
                {%- endfor -%}
                {%- do entry.update({
                    'rows': run_query('select count(*) from ' ~ text
                        ~ ' as input_rows').rows[0][0] | int
                }) -%}
            {%- endif -%}
        {%- endif -%}
        {%- do found.update({input: entry}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
